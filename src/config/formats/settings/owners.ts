/** A settings file that tells by its name, or by what stands in it, whose it is. */
export interface Owner {
  readonly path: RegExp;
  /** All of them must occur. */
  readonly text?: readonly RegExp[];
  /** A setting a line, and no YAML. */
  readonly lines?: true;
  /** The command whose settings these are. */
  readonly command: readonly string[];
}

/*
 * The `deploy.config-files` of the catalogue, where name and content are telling enough to read a file without anybody
 * pointing to it. The command is how the program is started that reads it.
 */
export const OWNERS: readonly Owner[] = [
  { path: /\.ya?ml$/i, text: [/^model_list\s*:|^(general|litellm|router)_settings\s*:/m], command: ['litellm'] },
  { path: /(^|\/)jupyter_(server|notebook|lab)_config\.json$/i, command: ['jupyter', 'lab'] },
  {
    path: /(^|\/)(config|production|local|development|qdrant[\w-]*)\.ya?ml$/i,
    text: [/^service\s*:/m, /^ {1,8}(http_port|grpc_port|enable_tls|api_key)\s*:/m],
    command: ['qdrant'],
  },
  {
    path: /(^|\/)config(_sample)?\.ya?ml$/i,
    text: [/^network\s*:/m, /^ {1,8}disable_auth\s*:/m],
    command: ['python', 'tabbyAPI/main.py'],
  },
  {
    path: /(^|\/)settings[\w-]*\.ya?ml$/i,
    text: [/^server\s*:/m, /^ {1,8}(env_name|cors|auth)\s*:/m, /^(llm|vectorstore|embedding)\s*:/m],
    command: ['python', '-m', 'private_gpt'],
  },
  { path: /(^|\/)(redis|valkey)[\w-]*\.conf$/i, lines: true, command: ['redis-server'] },
  { path: /(^|\/)mosquitto[\w-]*\.conf$/i, lines: true, command: ['mosquitto'] },
  { path: /(^|\/)grafana\.ini$/i, lines: true, command: ['grafana-server'] },
  { path: /(^|\/)\.streamlit\/config\.toml$/i, command: ['streamlit', 'run'] },
  { path: /(^|\/)invokeai\.ya?ml$/i, command: ['invokeai-web'] },
  { path: /(^|\/)milvus\.ya?ml$/i, command: ['milvus', 'run'] },
  { path: /(^|\/)elasticsearch\.ya?ml$/i, command: ['elasticsearch'] },
  { path: /(^|\/)opensearch\.ya?ml$/i, command: ['opensearch'] },
  { path: /(^|\/)mongod\.(conf|ya?ml)$/i, command: ['mongod'] },
  {
    path: /(^|\/)\.claude-code-router\/config\.json$|(^|\/)config\.json$/i,
    text: [/"Providers"\s*:/],
    command: ['ccr', 'start'],
  },
  { path: /(^|\/)openclaw\.json5?$/i, command: ['openclaw', 'gateway'] },
  { path: /(^|\/)opencode\.jsonc?$/i, command: ['opencode', 'serve'] },
];

/** Keys that make a file of any program worth reading, for what they say about verification. */
export const TELLING =
  /^[ \t"']*[\w.-]*(verify_?ssl|ssl_?verify|verify_?tls|tls_?verify|insecure_?skip_?verify|skip_?tls_?verify|reject_?unauthorized)["']?\s*[:=]/im;

/** What Go programs call it, whatever their file is called (Prometheus, OpenTelemetry, Telegraf, Loki): only where it is skipped. */
export const SKIPPED = /^[^#\n]*\b(insecure_?skip_?verify|tls_?skip_?verify)["']?[ \t]*[:=][ \t]*["']?true\b/im;

export function ownerOf(path: string, text: string): Owner | undefined {
  return OWNERS.find((owner) => owner.path.test(path) && (owner.text?.every((sign) => sign.test(text)) ?? true));
}
