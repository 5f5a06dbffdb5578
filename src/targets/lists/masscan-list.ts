import type { TargetExpression } from '../expression.ts';
import { openPort } from './open-port.ts';

/** `open tcp 11434 10.9.0.2 1795253791`; a banner line follows the same with more behind (masscan src/out-text.c). */
const LINE = /^(open|closed|banner|unknown) ([a-z0-9-]+) ([0-9]+) (\S+) [0-9]+(?: .*)?$/;

/** A line of `masscan -oL`, or null when it is something else. Closed ports and other protocols give nothing. */
export function parseMasscanLine(line: string, where: string): TargetExpression[] | null {
  const [, status, protocol, port, address] = LINE.exec(line) ?? [];
  if (address === undefined) return null;
  if (protocol !== 'tcp' || (status !== 'open' && status !== 'banner')) return [];
  return [openPort({ address, port, where })];
}
