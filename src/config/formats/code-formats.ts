import type { FormatEntry } from './formats.ts';
import { CLIENT_FILE } from './settings/client-files.ts';
import { OWNERS, SKIPPED, TELLING } from './settings/owners.ts';

/** The document itself is a list, as every playbook and file of tasks is. */
const LIST = /^\uFEFF?(?:[ \t]*(?:[#%][^\n]*|---[^\n]*|\{[%#][^\n]*)?\r?\n)*[ \t]*-[ \t\r\n]/;

/** What is built without being told which file: such a file is one, whatever stands in it. */
const DOCKERFILE_NAME = /(^|\/)(Docker|Container)file$/;
/** At the top, where an image begins: `FORM`, `FRM`, `RFOM`. */
const MISSPELT_FROM = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*(F[ROM]{2,4}|RFOM)[ \t]/;

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
    text: (text, path) => DOCKERFILE_NAME.test(path) || /^[ \t]*(FROM|ARG)\s/im.test(text) || MISSPELT_FROM.test(text),
    load: async () => (await import('./dockerfile/index.ts')).dockerfile,
  },
  {
    id: 'jupyter',
    path: /(^|\/)jupyter(hub)?_([\w-]+_)?config\.py$/i,
    load: async () => (await import('./jupyter/index.ts')).jupyter,
  },
  {
    id: 'python',
    path: /\.pyw?$/i,
    text: (text) =>
      /\b(uvicorn|hypercorn|waitress|gradio|FastMCP|aiohttp|tornado|ngrok|flask|quart|sanic|websockets|nicegui)\b|HTTPServer|TCPServer|WSGIServer|add_(in)?secure_port|ray\.init|\bverify|CERT_NONE|_unverified_context|ssl\s*=\s*False|os\.environ|getenv|CORSMiddleware|private_bytes|^bind\s*=|allow_origins|os\.chmod|BaseSettings|\bserver_(name|port)\s*=/im.test(
        text,
      ),
    load: async () => (await import('./python/index.ts')).python,
  },
  {
    id: 'workflow',
    path: /(^|\/)\.(github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/i,
    text: (text) => /^(jobs|runs)\s*:/m.test(text),
    load: async () => (await import('./workflow/index.ts')).workflow,
  },
  {
    id: 'cloud-init',
    path: /\.(ya?ml|cfg|cloud|tpl|tftpl|txt)$|(^|\/)user[-_]data$|(^|\/)cloud[-_]?(init|config)[\w.-]*$/i,
    text: (text) => /^\uFEFF?(##[^\n]*\n)*#cloud-config\b/.test(text),
    load: async () => (await import('./cloud-init/index.ts')).cloudInit,
  },
  {
    id: 'ansible',
    path: /\.ya?ml$/i,
    text: (text) =>
      LIST.test(text) &&
      /^[ \t]*-[ \t]+(name|hosts|ansible\.\w+\.\w+|become|block|import_playbook)\s*:/m.test(text) &&
      /^[ \t-]+((ansible|community|containers|kubernetes)\.\w+\.\w+|copy|template|file|shell|command|docker_container|podman_container|lineinfile|blockinfile|get_url|uri|systemd|systemd_service|service|k8s|helm|set_fact|(include|import)_tasks|tasks|roles)\s*:/m.test(
        text,
      ) &&
      !/^(services|apiVersion|jobs|kind)\s*:/m.test(text),
    load: async () => (await import('./ansible/index.ts')).ansible,
  },
  {
    id: 'devcontainer',
    path: /(^|\/)\.?devcontainer(\/[^/]+)?(\/devcontainer)?\.json$/i,
    load: async () => (await import('./devcontainer/index.ts')).devcontainer,
  },
  {
    id: 'launchd',
    path: /\.plist(\.(example|sample|template|in|tmpl))?$/i,
    // Cut off before it says what to run, it still has its label and no end.
    text: (text, path) =>
      /<key>\s*(ProgramArguments|Program|EnvironmentVariables)\s*<\/key>/.test(text) ||
      /(^|\/)Launch(Agents|Daemons)\//.test(path) ||
      (/<key>\s*Label\s*<\/key>/.test(text) && !text.includes('</plist>')),
    load: async () => (await import('./launchd/index.ts')).launchd,
  },
  {
    id: 'windows',
    path: /\.(ps[md]?1|bat|cmd)$/i,
    load: async () => (await import('./windows/index.ts')).windows,
  },
  {
    id: 'terraform',
    path: /\.(tf|tofu|tfvars|hcl)$/i,
    text: (text) => /^[ \t]*(resource|provider|module|variable|locals|data)\b/m.test(text),
    load: async () => (await import('./terraform/index.ts')).terraform,
  },
  {
    id: 'terraform',
    path: /\.(tf|tofu)\.json$/i,
    load: async () => (await import('./terraform/index.ts')).terraform,
  },
  {
    id: 'mcp',
    path: /(^|\/)([\w.-]*mcp[\w.-]*|claude_desktop_config|settings)\.jsonc?$/i,
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
  { id: 'settings', path: CLIENT_FILE, load: async () => (await import('./settings/index.ts')).settings },
  {
    id: 'settings',
    path: /\.(ya?ml|toml)(\.(example|sample|template|dist|j2|tmpl|tpl))?$/i,
    text: (text) => SKIPPED.test(text),
    load: async () => (await import('./settings/index.ts')).settings,
  },
  {
    id: 'settings',
    path: /(^|\/)[\w.-]*(config|conf|settings|server|client|llm|proxy|gateway|prod)[\w.-]*\.(ya?ml|toml|json[c5]?)$/i,
    text: (text) => TELLING.test(text),
    load: async () => (await import('./settings/index.ts')).settings,
  },
];
