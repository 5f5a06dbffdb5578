import type { Bindings } from './bindings.ts';
import { type Evaluator, truthOf } from './evaluate.ts';
import { childrenOf, type PyNode } from './syntax.ts';

/** `if not verify_ssl:`, `if self.insecure:`: a condition about the very thing that its branch switches. */
const ABOUT_CHECKS = /verif|insecure|ssl|tls|cert/i;
/** `if ssl_require:`, `if use_tls:`: whether TLS is spoken at all. */
const ABOUT_TLS = /\b\w*(?:(?:use|require|enable|with)_?(?:ssl|tls)|(?:ssl|tls)_?(?:require|enable)d?)\b/gi;

/** Whether the code at a node runs, as far as conditions about verification go; null: a setting that is not here decides. */
export function runsUnchecked(node: PyNode, bindings: Bindings, evaluator: Evaluator): boolean | null {
  let runs: boolean | null = true;
  for (let at = node; at.parent && at.parent.name !== 'FunctionDefinition'; at = at.parent) {
    if (at.name !== 'Body' || at.parent.name !== 'IfStatement') continue;
    const parts = childrenOf(at.parent);
    const index = parts.findIndex((part) => part.from === at.from);
    const isElse = parts[index - 1]?.name === 'else';
    const condition = parts[isElse ? 1 : index - 1];
    if (!condition || !ABOUT_CHECKS.test(bindings.module.textOf(condition).replace(ABOUT_TLS, ''))) continue;
    const holds = truth(condition, evaluator);
    if (holds === null || (isElse && parts.length > 5)) runs = null;
    else if (holds === isElse) return false;
  }
  return runs;
}

/** What a variable's fallback decides is told where it stands. */
function truth(condition: PyNode, evaluator: Evaluator): boolean | null {
  const { value, variable } = evaluator.evaluate(condition);
  return value.kind !== 'explicit' || variable !== null ? null : truthOf(value);
}
