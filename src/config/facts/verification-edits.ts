import type { Edit } from '../../model/edit.ts';
import type { Span } from '../../model/span.ts';
import type { ClientSwitch } from '../deployment/declarations.ts';
import type { SourceText } from '../source/source-text.ts';
import { writtenAt } from './credentials.ts';

/** Servers that refuse to start with it on and no file of authorities beside it. */
const NEEDS_AUTHORITIES = new Set(['proxy_ssl_verify', 'verify none', 'SSLProxyVerify', 'proxy-ssl-verify']);

/**
 * The edit that switches the check on again, where what stands there is one word that can be turned round, or one option
 * that can be left out. What is read is the file itself: a value that was put together elsewhere is left alone, and so is
 * what only asks the machine itself, where certificates are nobody's.
 */
export function verificationEdits(client: ClientSwitch, source: SourceText | undefined): readonly Edit[] {
  if (client.verification !== 'off' || client.harmless || !source || NEEDS_AUTHORITIES.has(client.setting)) return [];
  const span = writtenAt(client.value);
  const found = span.file === source.file ? (turned(span, source) ?? withoutOption(span, source)) : null;
  if (!found) return [];
  const beside = client.beside && turned(client.beside, source);
  return [found, ...(beside ? [beside] : [])].map((one) => ({
    ...one,
    safety: 'unsafe',
    title: 'Check certificates again',
  }));
}

type Change = Pick<Edit, 'span' | 'insert'>;

/** Words that switch it off, with what stands for the opposite. */
const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['false', 'true'],
  ['true', 'false'],
  ['no', 'yes'],
  ['yes', 'no'],
  ['off', 'on'],
  ['on', 'off'],
  ['0', '1'],
  ['1', '0'],
  ['disabled', 'enabled'],
  ['enabled', 'disabled'],
  ['cert_none', 'cert_required'],
]);

/** `false`, `"False"`, `${X:-false}`, `ssl.CERT_NONE`, `--strict-ssl=false`, `ssl._create_unverified_context()`. */
function turned(span: Span, source: SourceText): Change | null {
  const text = source.text.slice(span.start, span.end);
  const unverified = /\b_create_unverified_context(?=(\(\s*\))?$)/.exec(text);
  if (unverified) return change(span, unverified.index, unverified[0].length, 'create_default_context');
  const [all, head = '', word = ''] =
    /^((?:["']|\$\{\w+:?-|(?:ssl\.)|-{0,2}[\w.-]+=["']?)?)([A-Za-z_]+|[01])["']?\}?$/.exec(text) ?? [];
  const opposite = OPPOSITES.get(word.toLowerCase());
  if (all === undefined || opposite === undefined) return null;
  return change(span, head.length, word.length, likeCased(opposite, word));
}

/** A switch of a command line: `-k` goes with the blank before it, out of `-fsSk` only the letter. */
function withoutOption(span: Span, source: SourceText): Change | null {
  const text = source.text.slice(span.start, span.end);
  if (/^-[A-Za-z]{2,8}$/.test(text) && text.includes('k')) return change(span, text.indexOf('k'), 1, '');
  if (
    !/^(-k|--?insecure|--proxy-insecure|--no-check-certificate|--no-verify-ssl|--insecure-skip-tls-verify|-SkipCertificateCheck|tls_insecure_skip_verify)$/.test(
      text,
    )
  )
    return null;
  const line = source.text.slice(source.text.lastIndexOf('\n', span.start - 1) + 1, span.start);
  const after = source.text[span.end] ?? '\n';
  // An element of a list stands for itself: without it there would be an empty one.
  if (!/\s/.test(after) || /^[\s-]*$/.test(line) !== (text === 'tls_insecure_skip_verify')) return null;
  const blank = /[ \t]*$/.exec(line)?.[0].length ?? 0;
  if (blank === 0 || text === 'tls_insecure_skip_verify') return change(span, 0, text.length, '');
  return change(span, -1, text.length + 1, '');
}

function change({ file, start }: Span, at: number, length: number, insert: string): Change {
  return { span: { file, start: start + at, end: start + at + length }, insert };
}

function likeCased(word: string, model: string): string {
  if (model === model.toUpperCase()) return word.toUpperCase();
  return /^[A-Z]/.test(model) ? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}` : word;
}
