import type { ClientSwitch } from '../../deployment/declarations.ts';
import { written } from '../../deployment/value.ts';
import type { SourceText } from '../../source/source-text.ts';

/** Settings of what fetches things: whatever is installed or downloaded on the machine follows them. */
export const CLIENT_FILE =
  /(^|\/)(\.npmrc|\.?pip\.(conf|ini)|\.?gitconfig|[._]curlrc|\.?wgetrc|\.condarc|\.yarnrc(\.ya?ml)?)$/i;

/** Those of them that are no YAML. */
export const CLIENT_LINES = /(npmrc|pip\.(conf|ini)|gitconfig|curlrc|wgetrc|\.yarnrc)$/i;

/** A line of `.curlrc` is an option of curl, with or without its dashes. */
export function curlSwitches(file: string, source: SourceText): ClientSwitch[] {
  if (!/curlrc$/i.test(file)) return [];
  return [...source.text.matchAll(/^([ \t]*)(-k|(?:--)?(?:proxy-)?insecure)[ \t]*\r?$/gm)].map((match) => {
    const from = match.index + (match[1] ?? '').length;
    const option = match[2] ?? '';
    return {
      setting: `curl ${option}`,
      verification: 'off',
      caFile: null,
      value: written(option, source.span(from, from + option.length)),
      harmless: false,
      byDefault: false,
    };
  });
}
