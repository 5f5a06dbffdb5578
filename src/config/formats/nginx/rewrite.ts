import { every, type Outcome } from '../../gates/gate.ts';
import type { Argument, Directive } from './syntax.ts';
import { expand, type Known, type Request, variable, withTemplates } from './variables.ts';

/*
 * The rewrite module's directives run one after the other, the server's before the location's
 * (https://nginx.org/en/docs/http/ngx_http_rewrite_module.html). A caller that is answered here never reaches the upstream.
 */

export type Verdict = boolean | 'free' | 'unknown';

/** Whether a request is let through by these directives; `request.set` holds afterwards what they set. */
export function rewritten(directives: readonly Directive[], request: Request): Outcome {
  const outcomes: Outcome[] = [];
  for (const directive of rewriting(directives)) {
    const { name, args } = directive;
    if (name === 'set') assign(args, request, false);
    else if (name === 'return') return 'refused';
    else if (name === 'rewrite' && /^(redirect|permanent)$/.test(args[2]?.text ?? '') && matchesAll(args[0]))
      return 'refused';
    else if (name === 'break') break;
    else if (name === 'if' && directive.block) {
      const verdict = holdsTrue(args, request);
      if (verdict === true) {
        const outcome = rewritten(directive.block, request);
        if (outcome === 'refused') return 'refused';
        outcomes.push(outcome);
      } else if (verdict === 'unknown') {
        for (const inner of directive.block) if (inner.name === 'set') assign(inner.args, request, true);
        if (directive.block.some((inner) => inner.name === 'return')) outcomes.push('unknown');
      }
    }
  }
  return every(outcomes);
}

const kept = new WeakMap<readonly Directive[], readonly Directive[]>();

/** The few of a block that this module runs. */
function rewriting(directives: readonly Directive[]): readonly Directive[] {
  const known = kept.get(directives) ?? directives.filter(({ name }) => MODULE.has(name));
  kept.set(directives, known);
  return known;
}

const MODULE = new Set(['set', 'return', 'rewrite', 'break', 'if']);

function matchesAll(pattern: Argument | undefined): boolean {
  return /^(\^|\.\*|\^\.\*\$?|\^\/?\(\.\*\)\$?|\^\/\.\*|\^\(\.\*\)|\/)$/.test(pattern?.text ?? '');
}

function assign(args: readonly Argument[], request: Request, doubtful: boolean): void {
  const [target, value] = args;
  if (!target?.text.startsWith('$') || !value) return;
  const known: Known = doubtful ? 'unknown' : expand(value.text, request);
  // A repeated `set $x "$x$x"` would double each time.
  const kept = typeof known !== 'string' && known.text.length > LONGEST ? 'unknown' : known;
  request.set.set(target.text.slice(1), kept);
}

const LONGEST = 4096;

/** The condition of an `if`. */
export function holdsTrue(args: readonly Argument[], request: Request): Verdict {
  const words = conditionWords(args);
  const [left = '', operator, right = ''] = words;
  if (/^!?-[fdex]$/.test(left) || !left.startsWith('$')) return 'unknown';
  const value = variable(left.replace(/^\$\{?(\w*)\}?$/, '$1'), request);
  if (typeof value === 'string') return value;
  if (operator === undefined) return value.text !== '' && value.text !== '0';
  if (operator === '=' || operator === '!=') {
    const other = expand(right, request);
    if (typeof other === 'string') return other;
    return (value.text === other.text) === (operator === '=');
  }
  const pattern = /^(!?)~(\*?)$/.exec(operator);
  if (!pattern) return 'unknown';
  const matched = request.world.found(withTemplates(right), value.text, pattern[2] === '*');
  return matched === undefined ? 'unknown' : matched === (pattern[1] === '');
}

/** The words between the parentheses. */
export function conditionWords(args: readonly Argument[]): readonly string[] {
  const words = args.map(({ text }) => text);
  const [first] = words;
  if (first?.startsWith('(')) words[0] = first.slice(1);
  const last = words.at(-1);
  if (last?.endsWith(')') && !args.at(-1)?.quoted) words[words.length - 1] = last.slice(0, -1);
  return words.filter((word, index) => word !== '' || args[index]?.quoted);
}
