import type { Gate, Publication } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { closing, type Lookup } from '../../source/interpolation.ts';
import { entry, get, items, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { optionalValue, partOf } from './values.ts';

export const NO_GATE: Gate = { state: 'off', kinds: [], because: [] };

/** `ports:` of a service, in every form that Compose takes. */
export function publications(process: string, node: YamlNode | undefined, lookup: Lookup): readonly Publication[] {
  return items(node).flatMap((item): readonly Publication[] => {
    if (item.kind === 'map') return [longForm(process, item, lookup)];
    if (item.kind === 'scalar' && item.value !== null && item.text !== '') return shortForm(process, item, lookup);
    return [];
  });
}

/** `[[HOST:]PUBLISHED:]TARGET[/PROTOCOL]`; a lone port is published too, on a port that Docker picks. */
function shortForm(process: string, node: YamlScalar, lookup: Lookup): readonly Publication[] {
  const { text } = node;
  const slash = /\/(tcp|udp|sctp)$/i.exec(text);
  const end = slash ? slash.index : text.length;
  const cuts = colons(text, end);
  const targetFrom = cuts.length > 0 ? (cuts.at(-1) ?? 0) + 1 : 0;
  const target = partOf(node, targetFrom, end, lookup);
  const publishedFrom = cuts.length > 1 ? (cuts.at(-2) ?? 0) + 1 : 0;
  const published = cuts.length > 0 ? partOf(node, publishedFrom, targetFrom - 1, lookup) : null;
  const address = cuts.length > 1 ? partOf(node, 0, publishedFrom - 1, lookup) : null;
  // One variable that holds address and port: `${BIND:-127.0.0.1:8080}:80`.
  if (address === null && published !== null && published.kind !== 'unresolved' && published.text.includes(':')) {
    const colon = published.text.lastIndexOf(':');
    const host: Value = { ...published, text: published.text.slice(0, colon) };
    const port: Value = { ...published, text: published.text.slice(colon + 1) };
    return [publication({ process, address: host, port, target, slash, node, edit: null })];
  }
  const whole =
    node.text.startsWith('$') && cuts.length === 0 && target.kind !== 'unresolved' && target.text.includes(':');
  if (whole) return variableForm(process, node, target);
  const edit =
    address === null
      ? { span: { ...node.span, end: node.span.start }, insert: published === null ? '127.0.0.1::' : '127.0.0.1:' }
      : { span: address.span, insert: '127.0.0.1' };
  return [publication({ process, address, port: published, target, slash, node, edit })];
}

/** `${PORTS:-8080:80}`: the variable holds all of it. */
function variableForm(process: string, node: YamlScalar, value: Value): readonly Publication[] {
  const parts = value.text.replace(/\/(tcp|udp|sctp)$/i, '').split(/:(?![^[]*\])/);
  const part = (text: string | undefined): Value | null => (text === undefined ? null : ({ ...value, text } as Value));
  const target = part(parts.at(-1));
  return [
    publication({
      process,
      address: part(parts.at(-3)),
      port: part(parts.at(-2)),
      target,
      slash: null,
      node,
      edit: null,
    }),
  ];
}

interface Parts {
  readonly process: string;
  readonly address: Value | null;
  readonly port: Value | null;
  readonly target: Value | null;
  readonly slash: RegExpExecArray | null;
  readonly node: YamlScalar;
  readonly edit: Publication['loopbackEdit'];
}

function publication({ process, address, port, target, slash, node, edit }: Parts): Publication {
  return {
    process,
    kind: 'port',
    hostAddress: address === null ? null : withoutBrackets(address),
    hostPort: port === null || port.text === '' ? null : port,
    targetPort: target,
    protocol: slash?.[1]?.toLowerCase() === 'udp' ? 'udp' : 'tcp',
    span: node.span,
    loopbackEdit: edit,
    gate: NO_GATE,
    tls: 'unknown',
  };
}

function withoutBrackets(value: Value): Value {
  return value.kind === 'unresolved' ? value : { ...value, text: value.text.replace(/^\[(.*)\]$/, '$1') };
}

/** Colons that part the fields: not those of `${X:-1}` or `[::1]`. */
function colons(text: string, end: number): readonly number[] {
  const found: number[] = [];
  let bracket = 0;
  for (let at = 0; at < end; at += 1) {
    const character = text[at];
    if (character === '$' && text[at + 1] === '{') {
      const close = closing(text, at + 1);
      if (close === -1) return found;
      at = close;
    } else if (character === '[') bracket += 1;
    else if (character === ']') bracket -= 1;
    else if (character === ':' && bracket <= 0) found.push(at);
  }
  // An address without brackets (`::1:8080:80`): the last two colons part the ports.
  return found.length > 2 ? found.slice(-2) : found;
}

function longForm(process: string, node: YamlNode, lookup: Lookup): Publication {
  const address = optionalValue(get(node, 'host_ip'), lookup);
  const port = optionalValue(get(node, 'published'), lookup);
  const target = optionalValue(get(node, 'target'), lookup);
  return {
    process,
    kind: 'port',
    hostAddress: address === null ? null : withoutBrackets(address),
    hostPort: port,
    targetPort: target,
    protocol: scalar(get(node, 'protocol'))?.text === 'udp' ? 'udp' : 'tcp',
    span: entry(node, 'published')?.span ?? entry(node, 'target')?.span ?? node.span,
    loopbackEdit: address === null ? null : { span: address.span, insert: '127.0.0.1' },
    gate: NO_GATE,
    tls: 'unknown',
  };
}
