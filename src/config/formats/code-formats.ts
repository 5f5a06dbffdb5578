import type { FormatEntry } from './formats.ts';
import { OWNERS, TELLING } from './settings/owners.ts';

/** Programs and scripts, and the settings of programs. */
export const CODE_FORMATS: readonly FormatEntry[] = [
  {
    id: 'shell',
    path: /\.(ba|z|k|a)?sh(\.(example|sample|template|dist|tmpl|tpl|j2))?$|(^|\/)(entrypoint|start|run|launch|install|setup|serve|deploy|\.bashrc|\.zshrc|\.profile|\.bash_profile|\.envrc|postinst|run\.in)$/i,
    text: (text) => !/^#!.*\b(python|node|perl|ruby|fish|pwsh)/.test(text),
    load: async () => (await import('./shell/index.ts')).shell,
  },
  {
    id: 'dockerfile',
    path: /(^|\/)((Docker|Container)file([._-][\w.-]+)?|[\w.-]+\.(docker|container)file)$/i,
    text: (text) => /^[ \t]*(FROM|ARG)\s/im.test(text),
    load: async () => (await import('./dockerfile/index.ts')).dockerfile,
  },
  {
    id: 'python',
    path: /\.pyw?$/i,
    text: (text) =>
      /\b(uvicorn|hypercorn|waitress|gradio|FastMCP|aiohttp|tornado|ngrok|flask|quart|sanic|websockets|nicegui)\b|HTTPServer|TCPServer|WSGIServer|add_(in)?secure_port|ray\.init|\bverify|CERT_NONE|_unverified_context|ssl\s*=\s*False|os\.environ|getenv|CORSMiddleware|private_bytes|^bind\s*=|allow_origins|os\.chmod|BaseSettings/im.test(
        text,
      ),
    load: async () => (await import('./python/index.ts')).python,
  },
  {
    id: 'mcp',
    path: /(^|\/)(\.?mcp[\w.-]*|claude_desktop_config|cline_mcp_settings|mcp_settings|mcp_config|[\w-]*mcp[\w-]*|settings)\.jsonc?$/i,
    text: (text) => /"(mcpServers|context_servers)"\s*:|"servers"\s*:[\s\S]{0,400}"(command|url)"\s*:/.test(text),
    load: async () => (await import('./mcp/index.ts')).mcp,
  },
  {
    id: 'package-json',
    path: /(^|\/)package\.json$/,
    text: (text) => /"scripts"\s*:/.test(text),
    load: async () => (await import('./package-json/index.ts')).packageJson,
  },
  {
    id: 'node',
    path: /(?<!\.d)\.[cm]?[jt]sx?$/i,
    text: (text) =>
      /\.listen\s*\(|rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|strictSSL|insecureSkipVerify|\b(Bun|Deno)\.serve|@hono\/node-server|minVersion|secureProtocol/.test(
        text,
      ),
    load: async () => (await import('./node/index.ts')).node,
  },
  ...OWNERS.map(({ path, text }) => ({
    id: 'settings',
    path,
    text: (found: string) => text?.every((sign) => sign.test(found)) ?? true,
    load: async () => (await import('./settings/index.ts')).settings,
  })),
  {
    id: 'settings',
    path: /(^|\/)[\w.-]*(config|conf|settings|server|client|llm|proxy|gateway|prod)[\w.-]*\.(ya?ml|toml|json[c5]?)$/i,
    text: (text) => TELLING.test(text),
    load: async () => (await import('./settings/index.ts')).settings,
  },
];
