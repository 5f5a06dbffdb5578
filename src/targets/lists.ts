import type { TargetExpression } from './expression.ts';
import { parseJsonArray } from './lists/json-records.ts';
import { parseLines } from './lists/lines.ts';
import { parseNmapXml } from './lists/nmap-xml.ts';

/**
 * Reads a list of targets. What it is shows in its first characters:
 *
 * - XML of nmap (`-oX`) and masscan (`-oX`): open TCP ports, or the hosts of a ping scan;
 * - a JSON array of masscan (`-oJ`), whole or interrupted;
 * - lines, which may be mixed: targets as on the command line, with `#` comments; `host:port` of naabu and URLs of
 *   httpx, with or without remarks in brackets; masscan lists (`-oL`); grepable output of nmap and masscan (`-oG`);
 *   JSON records of masscan (`-oD`), naabu (`-json`) and httpx (`-json`).
 *
 * naabu writes IPv6 as `fd00::1:8080`, which is also an address: feed it as JSON.
 *
 * @param text the whole file; the caller bounds its size.
 * @param where the file's name, for errors.
 * @throws UsageError with line, and column where the format has one.
 */
export function parseList(text: string, where: string): TargetExpression[] {
  const body = text.replace(/^\uFEFF/, '');
  if (/^\s*</.test(body)) return parseNmapXml(body, where);
  if (/^\s*\[\s*(?:\{|\]|$)/.test(body)) return parseJsonArray(body, where);
  return parseLines(body, where);
}
