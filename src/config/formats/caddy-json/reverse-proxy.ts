import type { Span } from '../../../model/span.ts';
import { entries, get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import type { Segment } from '../caddyfile/syntax.ts';
import { line, word, words } from './words.ts';

/** https://caddyserver.com/docs/json/apps/http/servers/routes/handle/reverse_proxy/ */
export function reverseProxy(handler: YamlNode, span: Span): Segment {
  if (asksFirst(handler)) return line('forward_auth', span);
  const upstreams = items(get(handler, 'upstreams')).flatMap((one) => words(get(one, 'dial')));
  return line('reverse_proxy', span, upstreams, [
    ...dynamic(get(handler, 'dynamic_upstreams')),
    ...transport(get(handler, 'transport')),
    ...entries(get(handler, 'headers', 'request', 'set')).flatMap(({ key, keySpan, value }) =>
      words(value).map((one) => line('header_up', one.span, [word({ text: key, span: keySpan }), one])),
    ),
  ]);
}

/** What `forward_auth` becomes: another service is asked, and the request goes on only where that answers with 2xx. */
function asksFirst(handler: YamlNode): boolean {
  const rewritten = get(handler, 'rewrite', 'method') !== undefined;
  return (
    rewritten &&
    items(get(handler, 'handle_response')).some((one) =>
      words(get(one, 'match', 'status_code')).some(({ text }) => /^2/.test(text)),
    )
  );
}

function dynamic(node: YamlNode | undefined): readonly Segment[] {
  const [name] = words(get(node, 'name'));
  const [source] = words(get(node, 'source'));
  const [port] = words(get(node, 'port'));
  if (!name || !source) return [];
  return [line('dynamic', name.span, [source, port ? { ...name, text: `${name.text}:${port.text}` } : name])];
}

function transport(node: YamlNode | undefined): readonly Segment[] {
  const kind = scalar(get(node, 'protocol'));
  const tls = node?.kind === 'map' ? node.entries.find(({ key }) => key === 'tls') : undefined;
  if (!kind) return [];
  const options = tls
    ? [
        line('tls', tls.keySpan),
        ...entries(tls.value)
          .filter(({ value }) => scalar(value)?.text !== 'false')
          .map(({ key, span }) =>
            line(key === 'insecure_skip_verify' ? 'tls_insecure_skip_verify' : `tls_${key}`, span),
          ),
      ]
    : [];
  return [line('transport', kind.span, [word(kind)], options)];
}
