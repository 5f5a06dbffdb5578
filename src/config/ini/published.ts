import type { Span } from '../../model/span.ts';
import type { Gate, Publication } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import { valueAt } from './environment.ts';
import type { PlacedString } from './placed-string.ts';

const NO_GATE: Gate = { state: 'off', kinds: [], because: [] };

/** `PublishPort=` and `-p` (podman-run(1)): `[[ADDRESS:][HOST]:]CONTAINER[/PROTOCOL]`. */
export function published(process: string, value: PlacedString, span: Span): Publication {
  const { text } = value;
  const slash = /\/(tcp|udp|sctp)$/i.exec(text);
  const end = slash ? slash.index : text.length;
  const cuts = colons(text, end);
  const field = (start: number, stop: number): Value => valueAt(value.slice(start, stop).trimmed(value.offset(start)));
  const last = cuts.at(-1);
  const before = cuts.at(-2);
  const target = field(last === undefined ? 0 : last + 1, end);
  const host = last === undefined ? null : field(before === undefined ? 0 : before + 1, last);
  const address =
    before === undefined ? null : field(text.startsWith('[') ? 1 : 0, text[before - 1] === ']' ? before - 1 : before);
  const start = { ...value.span, end: value.span.start };
  const insert = host === null ? '127.0.0.1::' : '127.0.0.1:';
  const whole = before === undefined ? null : value.spanOf(0, before);
  return {
    process,
    kind: 'port',
    hostAddress: address?.text === '' ? null : address,
    hostPort: host?.text === '' ? null : host,
    targetPort: target,
    protocol: slash?.[1]?.toLowerCase() === 'udp' ? 'udp' : 'tcp',
    span: value.length > 0 ? value.span : span,
    loopbackEdit: whole ? { span: whole, insert: '127.0.0.1' } : { span: start, insert },
    gate: NO_GATE,
    tls: 'unknown',
  };
}

/** Colons outside of brackets, the last two of them. */
function colons(text: string, end: number): readonly number[] {
  const found: number[] = [];
  let bracket = 0;
  for (let at = 0; at < end; at += 1) {
    if (text[at] === '[') bracket += 1;
    else if (text[at] === ']') bracket -= 1;
    else if (text[at] === ':' && bracket <= 0) found.push(at);
  }
  return found.slice(-2);
}
