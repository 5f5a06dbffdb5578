import type { Publication } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import type { ExpandedText } from '../source/expanded-text.ts';

type Mapping = Pick<Publication, 'hostAddress' | 'hostPort' | 'targetPort' | 'protocol' | 'span' | 'loopbackEdit'>;

const ANY = /^(0\.0\.0\.0|\[?::\]?|\*)$/;

/**
 * `[address:][host port:]port[/protocol]` as `docker run -p`, `podman run -p`, `PublishPort=` and compose take it
 * (docker/go-connections `nat.ParsePortSpec`). A single number is a port of the container, published on a random one.
 */
export function portMapping(spec: ExpandedText): Mapping {
  const masked = spec.masked;
  const slash = masked.lastIndexOf('/');
  const end = slash === -1 ? masked.length : slash;
  const protocol = slash !== -1 && /^udp$/i.test(masked.slice(slash + 1)) ? 'udp' : 'tcp';
  const target = masked.lastIndexOf(':', end - 1);
  const host = target === -1 ? -1 : masked.lastIndexOf(':', target - 1);
  const span = spec.value.span;
  const targetPort = spec.slice(target + 1, end);

  if (target === -1)
    return { hostAddress: null, hostPort: null, targetPort, protocol, span, loopbackEdit: before(spec, '127.0.0.1::') };
  const portText = masked.slice(host + 1, target);
  const hostPort = portText === '' ? null : spec.slice(host + 1, target);
  if (host === -1)
    return { hostAddress: null, hostPort, targetPort, protocol, span, loopbackEdit: before(spec, '127.0.0.1:') };
  const bracketed = masked[0] === '[' && masked[host - 1] === ']';
  const hostAddress = bracketed ? spec.slice(1, host - 1) : spec.slice(0, host);
  return { hostAddress, hostPort, targetPort, protocol, span, loopbackEdit: instead(spec, hostAddress, host) };
}

function before(spec: ExpandedText, insert: string): Mapping['loopbackEdit'] {
  const { span } = spec.value;
  const first = spec.pieces[0];
  if (!first || first.span.start !== span.start) return null;
  return { span: { file: span.file, start: span.start, end: span.start }, insert };
}

function instead(spec: ExpandedText, address: Value, end: number): Mapping['loopbackEdit'] {
  if (address.kind !== 'explicit' || address.via.length > 0 || !ANY.test(address.text)) return null;
  const { span } = spec.slice(0, end);
  return { span, insert: '127.0.0.1' };
}
