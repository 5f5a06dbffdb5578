import type { IniSection, IniText } from '../../ini/ini.ts';
import { parseIni, SYSTEMD } from '../../ini/ini.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ReadContext } from '../format.ts';

/** A unit with its drop-ins. */
export interface Unit {
  /** `ollama`, without `.service`; of a drop-in the unit it belongs to. */
  readonly name: string;
  readonly sections: readonly IniSection[];
  readonly troubles: IniText['troubles'];
  /** All that is declared stands with another file: this is a drop-in of a unit that is read itself. */
  readonly belongsElsewhere: boolean;
}

const MOST_DROP_INS = 50;
/** Suffixes that templates and examples put behind the name of a unit. */
const SUFFIX = /\.(j2|tmpl|tpl|template|example|sample|dist|in|erb)$/i;

export async function openUnit(source: SourceText, context: ReadContext): Promise<Unit> {
  const own = parseIni(source, SYSTEMD);
  // A script writes it where the machine has its units: nothing lies beside it here.
  const elsewhere = source.file.includes('\0') ? context.name : null;
  const path = elsewhere ?? source.file;
  const file = basename(path).replace(SUFFIX, '');
  const folder = basename(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  if (file.endsWith('.conf')) {
    const unit = folder.endsWith('.d') ? folder.slice(0, -2) : file.slice(0, -'.conf'.length);
    const main = folder.endsWith('.d') && elsewhere === null ? await context.neighbour(`../${unit}`) : null;
    return { name: stem(unit), ...own, belongsElsewhere: main !== null };
  }
  const sections = [...own.sections];
  const troubles = [...own.troubles];
  const names = elsewhere === null ? ((await context.neighbours(`${file}.d`)) ?? []) : [];
  for (const name of [...names]
    .filter((one) => one.endsWith('.conf'))
    .sort()
    .slice(0, MOST_DROP_INS)) {
    const dropIn = await context.neighbour(`${file}.d/${name}`);
    if (!dropIn) continue;
    const parsed = parseIni(dropIn, SYSTEMD);
    sections.push(...parsed.sections);
    troubles.push(...parsed.troubles);
  }
  return { name: stem(file), sections, troubles, belongsElsewhere: false };
}

function stem(unit: string): string {
  return unit.replace(/\.[a-z]+$/, '').replace(/@.*$/, '');
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
