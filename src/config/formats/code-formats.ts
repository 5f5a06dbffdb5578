import type { FormatEntry } from './formats.ts';

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
];
