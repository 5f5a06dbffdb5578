import { UsageError } from '../../model/trouble.ts';
import { parseExpression, type TargetExpression } from '../expression.ts';
import { quote } from '../quote.ts';
import { parseGrepable } from './grepable.ts';
import { parseJsonLine } from './json-records.ts';
import { parseMasscanLine } from './masscan-list.ts';

/** Colours that httpx writes when its output was a terminal's (`script`, copied logs). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Each line for itself, so that concatenated lists read as well as pure ones. */
export function parseLines(text: string, where: string): TargetExpression[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, i) => parseLine(line.replace(COLOUR, '').trim(), `${where}:${i + 1}`));
}

function parseLine(line: string, where: string): TargetExpression[] {
  if (line === '' || line.startsWith('#')) return [];
  if (line.startsWith('{')) return parseJsonLine(line, where);
  return parseMasscanLine(line, where) ?? parseGrepable(line, where) ?? [parseTarget(line, where)];
}

/** A target, and behind it a comment or the remarks of naabu and httpx: `http://10.0.0.5:3000 [200] [Open WebUI]`. */
function parseTarget(line: string, where: string): TargetExpression {
  const [, target = line, rest = ''] = /^(\S+)(?:\s+(.*))?$/.exec(line) ?? [];
  if (/^Nmap scan report\b/.test(line)) {
    throw new UsageError(
      `${where}: ${quote(line)} is nmap's normal output: expected its XML (-oX) or grepable (-oG) output`,
    );
  }
  if (rest !== '' && !/^[[#]/.test(rest)) {
    throw new UsageError(`${where}: ${quote(line)} holds more than a target: expected one target a line`);
  }
  return parseExpression(target, where);
}
