import type { ConfigFormat } from './format.ts';

/** A format that is read. A new one is a folder and a line here; its reader is imported when such a file is met. */
export interface FormatEntry {
  readonly id: string;
  /** Paths that may hold it, `/` between their parts. Only these are opened. */
  readonly path: RegExp;
  /** What the text must show as well; without it the name is enough. Sees the first 64 KiB. */
  readonly text?: (text: string) => boolean;
  load(): Promise<ConfigFormat>;
}

const YAML = /\.ya?ml(\.(example|sample|template|dist|j2|tmpl|tpl))?$/i;

/** The first that fits reads the file, so what is recognised by its name stands before what needs a look inside. */
export const CONFIG_FORMATS: readonly FormatEntry[] = [
  {
    id: 'dotenv',
    path: /(^|\/)(\.env(rc)?([._-][\w.-]+)?|[\w.-]*[\w-]\.env([._-](example|sample|template|dist|default|defaults))?|[\w-]*env[._-](example|sample|template|dist))$/i,
    load: async () => (await import('./dotenv/index.ts')).dotenv,
  },
  {
    id: 'compose',
    path: YAML,
    text: (text) => /^["']?services["']?\s*:/m.test(text) && !/^["']?(apiVersion|openapi)["']?\s*:/m.test(text),
    load: async () => (await import('./compose/index.ts')).compose,
  },
  {
    id: 'nginx',
    path: /(^|\/)[\w.-]*nginx[\w.-]*$|(^|\/)(nginx|openresty|conf\.d|sites-(available|enabled)|snippets)\/[^/]*$|\.(conf|nginx|vhost)([._-](example|sample|template|tmpl|tpl|dist|j2|erb|default|in))*$/i,
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
    id: 'caddyfile',
    path: /(^|\/)[\w.-]*caddyfile[\w.-]*$|\.caddy(file)?$|(^|\/)caddy\/[^/]+$/i,
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
    path: /\.(cfg|conf|haproxy)(\.(j2|tmpl|tpl|template|example|sample|dist|in))*$|(^|\/)haproxy[\w.-]*$/i,
    text: (text) => /^(frontend|listen|backend)\s+\S/m.test(text) && /^\s+(bind|server|default_backend|mode)\s/m.test(text),
    load: async () => (await import('./haproxy/index.ts')).haproxy,
  },
];

const HEAD = 65_536;

/** The format of a file, by its name and what stands in it; null when it is none that is read. */
export function recognise(path: string, text: string): FormatEntry | null {
  const head = text.length > HEAD ? text.slice(0, HEAD) : text;
  return CONFIG_FORMATS.find((format) => format.path.test(path) && (format.text?.(head) ?? true)) ?? null;
}

/** Whether a file is worth opening. */
export function mayBeConfig(path: string): boolean {
  return CONFIG_FORMATS.some((format) => format.path.test(path));
}
