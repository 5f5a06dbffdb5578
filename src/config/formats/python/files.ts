import type { Collector } from '../../deployment/collector.ts';
import { known } from '../../deployment/value.ts';
import { fileBits } from '../shell/mode-bits.ts';
import type { Bindings } from './bindings.ts';
import { Evaluator } from './evaluate.ts';
import type { Call } from './syntax.ts';

/** `os.chmod(path, 0o644)`, `Path(path).chmod(0o644)`, and keys that `open(…, "wb")` writes with whatever the umask leaves. */
export function addModes(bindings: Bindings, out: Collector): void {
  const evaluator = new Evaluator(bindings);
  const given = new Set<string>();
  for (const call of bindings.module.calls) {
    const callee = bindings.qualified(call.callee);
    const [path, mode] = /^os\.chmod$/.test(callee)
      ? call.positional
      : /\.chmod$/.test(callee)
        ? [pathOf(call), call.positional[0]]
        : [];
    if (!path || !mode) continue;
    const value = evaluator.evaluate(mode).value;
    const target = evaluator.evaluate(path).value;
    given.add(target.text);
    out.modes.push({
      path: target,
      bits: value.kind === 'unresolved' ? flags(bindings.module.textOf(mode)) : (pythonBits(value.text) ?? null),
      mode: value,
      owner: null,
      group: null,
      holds: null,
      rewrite: /^0o[0-7]{3,4}$/.test(bindings.module.textOf(mode)) ? (bits) => `0o${bits.toString(8)}` : null,
      span: value.span,
    });
  }
  for (const call of bindings.module.calls) {
    const key = writtenKey(call, bindings, evaluator);
    if (!key || given.has(key.text)) continue;
    const mode = { kind: 'default' as const, text: '0644', span: key.span, via: [] };
    out.modes.push({
      path: key,
      bits: 0o644,
      mode,
      owner: null,
      group: null,
      holds: 'private-key',
      rewrite: null,
      span: key.span,
    });
  }
}

function pathOf({ calleeNode }: Call) {
  return calleeNode.name === 'MemberExpression' ? calleeNode.firstChild : null;
}

/** `0o644`, `420`. */
function pythonBits(text: string): number | null {
  if (text.startsWith('0o')) return fileBits(text);
  return /^\d+$/.test(text) ? Number(text) & 0o7777 : null;
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['S_IRUSR', 0o400],
  ['S_IWUSR', 0o200],
  ['S_IXUSR', 0o100],
  ['S_IRWXU', 0o700],
  ['S_IRGRP', 0o040],
  ['S_IWGRP', 0o020],
  ['S_IXGRP', 0o010],
  ['S_IRWXG', 0o070],
  ['S_IROTH', 0o004],
  ['S_IWOTH', 0o002],
  ['S_IXOTH', 0o001],
  ['S_IRWXO', 0o007],
]);

/** `stat.S_IRUSR | stat.S_IWUSR`. */
function flags(text: string): number | null {
  const names = text.split('|').map((part) => part.trim().replace(/^stat\./, ''));
  if (names.some((name) => FLAGS.get(name) === undefined)) return null;
  return names.reduce((bits, name) => bits | (FLAGS.get(name) ?? 0), 0);
}

/** `open("server.key", "wb")` in code that serialises a private key. */
function writtenKey(call: Call, bindings: Bindings, evaluator: Evaluator) {
  if (!/\bprivate_bytes\b|dump_privatekey|export_key|save_pkcs1/.test(bindings.module.text)) return null;
  const opens = call.callee === 'open';
  const writes = /\.write_(bytes|text)$/.test(call.callee);
  if (!opens && !writes) return null;
  const mode = opens ? known(call.positional[1] ? evaluator.evaluate(call.positional[1]).value : null) : 'w';
  const node = opens ? call.positional[0] : pathOf(call);
  if (!node || !mode || !/^[wax]/.test(mode)) return null;
  if (call.keywords.has('opener')) return null;
  const { value } = evaluator.evaluate(node);
  return value.kind !== 'unresolved' &&
    /(\.key|privkey|private|[-_]key\.pem)/i.test(value.text) &&
    !/pub/i.test(value.text)
    ? value
    : null;
}
