import type { FormatEntry } from './formats.ts';

/** What stands in front of services, and what starts them on a machine. */
export const SERVER_FORMATS: readonly FormatEntry[] = [
  {
    id: 'nginx',
    path: /(^|\/)[\w.-]*nginx[\w.-]*$|(^|\/)(nginx|openresty|conf\.d|sites-(available|enabled)|snippets)\/[^/]*$|\.(conf|nginx|vhost)([._-](example|sample|template|tmpl|tpl|dist|j2|erb|default|in))*$/i,
    text: (text) =>
      /^[ \t]*(server|http|stream|upstream\s+\S+|location\s[^\n{]*)\s*\{/m.test(text) &&
      /^[^\n#]*(\s|^)(listen|proxy_pass|server_name|grpc_pass|ssl_certificate|server|include)\s[^\n]*;/m.test(text),
    load: async () => (await import('./nginx/index.ts')).nginx,
  },
];
