import { entries, entry, get, items, type YamlNode } from '../../yaml/node.ts';
import type { Segment } from '../caddyfile/syntax.ts';
import { line, words } from './words.ts';

/** `tls` of each connection policy (https://caddyserver.com/docs/json/apps/http/servers/tls_connection_policies/). */
export function policyLines(server: YamlNode): readonly Segment[] {
  return items(get(server, 'tls_connection_policies')).map((policy) => {
    const [least, most, suites] = [
      words(get(policy, 'protocol_min')),
      words(get(policy, 'protocol_max')),
      words(get(policy, 'cipher_suites')),
    ];
    const client = entry(policy, 'client_authentication');
    const block = [
      ...(least[0] ? [line('protocols', least[0].span, [...least, ...most])] : []),
      ...(suites[0] ? [line('ciphers', { ...suites[0].span, end: suites.at(-1)?.span.end ?? 0 }, suites)] : []),
      ...(client ? [line('client_auth', client.keySpan, [], clientLines(client.value))] : []),
    ];
    return line('tls', policy.span, [], block);
  });
}

function clientLines(client: YamlNode): readonly Segment[] {
  return entries(client).map(({ key, keySpan, value }) =>
    // `ca` is where authorities come from; `trust_pool` of the Caddyfile becomes it.
    line(key === 'ca' ? 'trust_pool' : key, keySpan, words(value)),
  );
}

/** `tls <certificate> <key>` for each pair that is loaded from files. */
export function certificateLines(apps: YamlNode | undefined): readonly Segment[] {
  return items(get(apps, 'tls', 'certificates', 'load_files')).flatMap((pair) => {
    const [certificate] = words(get(pair, 'certificate'));
    const [key] = words(get(pair, 'key'));
    return certificate && key ? [line('tls', certificate.span, [certificate, key])] : [];
  });
}
