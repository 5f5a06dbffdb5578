import type { Collector } from '../../deployment/collector.ts';
import type { Bindings } from './bindings.ts';
import { Evaluator, stringText } from './evaluate.ts';
import { childrenOf, type PyNode } from './syntax.ts';

/** Variables that the code sets for itself, and what it takes when nobody set them. */
export function addEnvironment(bindings: Bindings, out: Collector): void {
  const evaluator = new Evaluator(bindings);
  const { module } = bindings;
  const seen = new Set<string>();
  const add = (name: string, node: PyNode, byDefault: boolean) => {
    const { value } = evaluator.evaluate(node);
    const key = `${name}\n${value.span.start}`;
    if (seen.has(key) || value.kind === 'unresolved' || !/^\w{1,100}$/.test(name)) return;
    seen.add(key);
    out.variables.push({ name, value: byDefault && value.kind === 'explicit' ? { ...value, kind: 'default' } : value });
  };
  for (const statement of module.assignments) {
    const parts = childrenOf(statement);
    const [target] = parts;
    const value = parts.at(-1);
    if (!target || !value || parts.length !== 3) continue;
    const [, name] = /^(?:os\.)?environ\[\s*(["']\w+["'])\s*\]$/.exec(module.textOf(target)) ?? [];
    if (name) add(stringText(name), value, false);
  }
  for (const call of module.calls) {
    const callee = bindings.qualified(call.callee);
    const [first, second] = call.positional;
    const fallback = second ?? call.keywords.get('default');
    if (first?.name !== 'String' || !fallback) continue;
    const name = stringText(module.textOf(first));
    if (/^(os\.getenv|os\.environ\.get|getenv|environ\.get)$/.test(callee)) add(name, fallback, true);
    else if (/^os\.(environ\.setdefault|putenv)$/.test(callee)) add(name, fallback, callee.endsWith('setdefault'));
  }
  for (const { variable, node } of bindings.settingsFields) {
    if (/^(String|Number|Boolean)$/.test(node.name)) add(variable, node, true);
    else if (node.name === 'CallExpression') add(variable, node, true);
  }
}
