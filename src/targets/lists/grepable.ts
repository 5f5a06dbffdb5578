import type { TargetExpression } from '../expression.ts';
import { openPort } from './open-port.ts';

/**
 * `Host: 10.9.0.2 (gpu.lan)<TAB>Ports: 8000/open/tcp//http-alt///, 8001/closed/tcp//vcom-tunnel///<TAB>Ignored State: …`
 * (nmap.org/book/output-formats-grepable-output.html); masscan puts `Timestamp: n<TAB>` in front (src/out-grepable.c).
 */
const LINE = /^(?:Timestamp: [0-9]+\t)?Host: (\S+) \([^)\t]*\)\t([^\t]*)/;

/** A line of `-oG`, or null when it is something else. The name in parentheses is a reverse look-up and not used. */
export function parseGrepable(line: string, where: string): TargetExpression[] | null {
  const [, address, field = ''] = LINE.exec(line) ?? [];
  if (address === undefined) return null;
  if (!field.startsWith('Ports: ')) return [];
  return field
    .slice('Ports: '.length)
    .split(', ')
    .map((entry) => entry.split('/'))
    .filter(([, state, protocol]) => state === 'open' && protocol === 'tcp')
    .map(([port]) => openPort({ address, port, where }));
}
