import type { FormatEntry } from './formats.ts';

/** Patterns of whole names also fit programs, scripts and pages about such a file; those have formats of their own, or none. */
const NO_SOURCE = /^(?!.*\.(?:[cm]?[jt]sx?|py|go|rs|java|rb|php|lua|(?:ba|z|k|a)?sh|ps1|bat|cmd|tf|md|html?|svg)$).*?/
  .source;

/** What stands in front of services, and what starts them on a machine. */
export const SERVER_FORMATS: readonly FormatEntry[] = [
  {
    id: 'nginx',
    path: new RegExp(
      `${NO_SOURCE}(?:${/(^|\/)[\w.-]*nginx[\w.-]*$|(^|\/)(nginx|openresty|conf\.d|sites-(available|enabled)|snippets)\/[^/]*$|\.(conf|nginx|vhost)([._-](example|sample|template|tmpl|tpl|dist|j2|erb|default|in))*$/.source})`,
      'i',
    ),
    text: (text) =>
      /^[ \t]*(server|http|stream|upstream\s+\S+|location\s[^\n{]*)\s*\{/m.test(text) &&
      /^[^\n#]*(\s|^)(listen|proxy_pass|server_name|grpc_pass|ssl_certificate|server|include)\s[^\n]*;/m.test(text),
    load: async () => (await import('./nginx/index.ts')).nginx,
  },
  {
    id: 'systemd',
    path: /\.(service|socket)(\.(j2|tmpl|tpl|template|example|sample|dist|in|erb))*$|\.(service|socket)\.d\/[^/]+\.conf$|(^|\/)override\.conf$/i,
    text: (text) => /^[ \t]*\[(Unit|Service|Socket|Install)\]/m.test(text),
    load: async () => (await import('./systemd/index.ts')).systemd,
  },
  {
    id: 'caddy-json',
    path: /(^|\/)([\w.-]*caddy[\w.-]*|autosave|config|server)\.json$|(^|\/)caddy\/[^/]+\.json$/i,
    text: (text) => /"apps"\s*:\s*\{/.test(text) && /"servers"\s*:\s*\{/.test(text),
    load: async () => (await import('./caddy-json/index.ts')).caddyJson,
  },
  {
    id: 'caddyfile',
    path: new RegExp(
      `${NO_SOURCE}(?:${/(^|\/)[\w.-]*caddyfile[\w.-]*$|\.caddy(file)?$|(^|\/)caddy\/[^/]+$/.source})`,
      'i',
    ),
    text: (text) =>
      /(^|\s)(reverse_proxy|respond|file_server|import|handle|tls|php_fastcgi|redir|root)\s|\{\s*$/m.test(text) &&
      !/^\s*\{\s*"/.test(text),
    load: async () => (await import('./caddyfile/index.ts')).caddyfile,
  },
  {
    id: 'quadlet',
    path: /\.(container|pod|kube)(\.(j2|tmpl|tpl|template|example|sample|dist|in))*$|\.(container|pod|kube)\.d\/[^/]+\.conf$/i,
    text: (text) => /^[ \t]*\[(Container|Pod|Kube)\]/m.test(text),
    load: async () => (await import('./quadlet/index.ts')).quadlet,
  },
  {
    id: 'supervisor',
    path: /\.(conf|ini|cfg)(\.(j2|tmpl|tpl|template|example|sample|dist|in))*$/i,
    text: (text) => /^\[(supervisord|program:[^\]\n]+|inet_http_server)\]/m.test(text),
    load: async () => (await import('./supervisor/index.ts')).supervisor,
  },
  {
    id: 'haproxy',
    path: new RegExp(
      `${NO_SOURCE}(?:${/\.(cfg|conf|haproxy)(\.(j2|tmpl|tpl|template|example|sample|dist|in))*$|(^|\/)haproxy(?![\w.-]*\.(ya?ml|json|service|container)$)[\w.-]*$/.source})`,
      'i',
    ),
    text: (text, path) =>
      /(^|\/)haproxy\.cfg$/.test(path) ||
      (/^(frontend|listen|backend)\s+\S/m.test(text) && /^\s+(bind|server|default_backend|mode)\s/m.test(text)),
    load: async () => (await import('./haproxy/index.ts')).haproxy,
  },
  {
    id: 'traefik',
    path: /\.(ya?ml|toml)(\.(example|sample|template|dist|j2|tmpl|tpl))?$/i,
    text: (text) =>
      (/^["']?(entryPoints|certificatesResolvers|serversTransport)["']?\s*:|^\[(entryPoints|http\.(routers|services|middlewares)|tcp\.routers|certificatesResolvers|tls\.options)\b/im.test(
        text,
      ) ||
        /^["']?(http|tcp|tls)["']?\s*:[^\S\n]*\n(?:[^\S\n]*#.*\n|[^\S\n]*\n)*[^\S\n]+["']?(routers|services|middlewares|options|certificates)["']?\s*:/m.test(
          text,
        )) &&
      !/^["']?(apiVersion|services)["']?\s*:/m.test(text),
    load: async () => (await import('./traefik/index.ts')).traefik,
  },
];
