import type { FormatEntry } from './formats.ts';

/** Scripts, images and code, and files that hold them. */
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
];
