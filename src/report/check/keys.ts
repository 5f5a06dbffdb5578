import type { HostReport, KeyFileFacts } from '../../model/host.ts';
import { heading, note, type Page } from '../table/page.ts';
import { counted } from '../table/words.ts';
import { type Style, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';

/** Key files with who may read them: those that others may, and all of them when everything is asked for. */
export function keyFileLines({ keyFiles }: HostReport, page: Page): string[] {
  if (keyFiles.length === 0) return [];
  const shown = page.all
    ? keyFiles
    : keyFiles.filter((file) => file.worldReadable || file.matchesCertificate === false);
  const rest = keyFiles.length - shown.length;
  return [
    '',
    heading('KEYS', [span(`${counted(keyFiles.length, 'file')} with keys or credentials`, 'faint')], page),
    ...shown.flatMap((file) => {
      const remarks = [
        file.namedBy,
        file.encrypted === true ? 'encrypted' : '',
        file.matchesCertificate === false ? 'does not belong to its certificate' : '',
        (file.accessList ?? []).length > 0 ? `access list: ${(file.accessList ?? []).join(', ')}` : '',
      ].filter((part) => part !== '');
      return hanging(
        [],
        [
          span(`${file.mode} `, styleOf(file)),
          span(`${file.owner}:${file.group}  `),
          span(file.path, 'strong', 160),
          span(`  ${remarks.join('; ')}`, 'faint', 160),
        ],
        { indent: 2, columns: page.textColumns, colour: page.colour },
      );
    }),
    ...(rest > 0
      ? note(
          `  ${counted(rest, shown.length > 0 ? 'more' : 'file', shown.length > 0 ? 'more' : 'files')} that not everybody may read; --all lists them`,
          page,
        )
      : []),
  ];
}

function styleOf({ worldReadable, groupReadable, dedicatedGroup }: KeyFileFacts): Style {
  if (worldReadable) return 'bad';
  return groupReadable && !dedicatedGroup ? 'warn' : 'good';
}
