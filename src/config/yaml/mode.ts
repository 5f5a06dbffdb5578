import { fileBits, symbolicBits } from '../formats/shell/mode-bits.ts';
import type { YamlScalar } from './node.ts';

/**
 * The bits of a `mode:` that a program written in Python reads with PyYAML (Ansible, cloud-init): plain `0644` is octal
 * (YAML 1.1), plain `644` is the number 644, which is 01204, plain `420` is 0644; in quotes it is octal either way.
 */
export function pythonMode({ text, style }: YamlScalar): number | null {
  if (style === 'plain' && /^[1-9]\d*$/.test(text)) return Number(text) & 0o7777;
  return fileBits(text.padStart(3, '0')) ?? symbolicBits(text);
}

/** How safe bits are written where the scalar stands. */
export function rewriteMode({ style }: YamlScalar): (bits: number) => string {
  return (bits) => (style === 'plain' ? `"0${bits.toString(8)}"` : `0${bits.toString(8)}`);
}
