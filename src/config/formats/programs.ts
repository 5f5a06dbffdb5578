import type { FormatEntry } from './formats.ts';

/** Programs and scripts, and the settings of programs. */
export const PROGRAM_FORMATS: readonly FormatEntry[] = [
  {
    id: 'shell',
    path: /\.(ba|z|k|a)?sh(\.(example|sample|template|dist|tmpl|tpl|j2))?$|(^|\/)(entrypoint|start|run|launch|install|setup|serve|deploy|\.bashrc|\.zshrc|\.profile|\.bash_profile|\.envrc|postinst|run\.in)$/i,
    text: (text) => !/^#!.*\b(python|node|perl|ruby|fish|pwsh)/.test(text),
    load: async () => (await import('./shell/index.ts')).shell,
  },
];
