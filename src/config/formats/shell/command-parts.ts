import { type Command, forEachChild, type ParsedScript, type PipelineNode, type SyntaxNode } from 'unbash';
import { programOf } from '../../command/launchers.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { Expander } from './words.ts';

export function isTest(node: PipelineNode | undefined): boolean {
  if (node?.type === 'TestCommand' || node?.type === 'ArithmeticCommand') return true;
  return node?.type === 'Command' && /^(\[|test)$/.test(node.name?.value ?? '');
}

export function heredoc(node: Command, expander: Expander): ExpandedText | null {
  const redirect = node.redirects.find((part) => part.type === 'HereDoc' || part.type === 'HereString');
  if (redirect?.type === 'HereString') return redirect.target ? expander.text(redirect.target) : null;
  if (redirect?.type !== 'HereDoc') return null;
  const { body, delimiter } = redirect;
  if (delimiter?.quoted || !body.parts) return ExpandedText.written(body.text, expander.span(body));
  return expander.parts(body.parts, body);
}

export function outputOf(node: Command, expander: Expander): ExpandedText | null {
  for (const part of node.redirects) {
    if (part.type !== 'Redirect' || !part.target || !/^(>|>>|>\||&>)$/.test(part.operator)) continue;
    if (part.descriptor?.type === 'FileDescriptor' && part.descriptor.value !== 1) continue;
    const target = expander.text(part.target);
    if (!target.text.startsWith('/dev/')) return target;
  }
  return null;
}

/** A shell that reads its script from its input. */
export function readsScript(argv: readonly ExpandedText[]): boolean {
  const name = programOf(argv[0]);
  if (name === 'ssh')
    return argv.length < 4 || /(^|\s)(ba|z|da)?sh(\s|$)/.test(argv.at(-1)?.text ?? '') || argv.at(-2)?.text === 'bash';
  return (
    /^(?:ba|da|z|k)?sh$/.test(name) &&
    argv.slice(1).every((word) => word.text.startsWith('-') || word.text === '/dev/stdin')
  );
}

/** Scripts inside of its words: `$(…)`, backquotes, `<(…)`. */
export function substitutions(node: Command): readonly ParsedScript[] {
  const found: ParsedScript[] = [];
  const visit = (part: SyntaxNode, depth: number): void => {
    if (part.type === 'CommandExpansion' || part.type === 'ProcessSubstitution') {
      // A decoded script counts its offsets in a text of its own.
      if (part.script && part.script.source === undefined) found.push(part.script);
    } else if (depth < 8) forEachChild(part, (child) => visit(child, depth + 1));
  };
  for (const part of [node.name, ...node.prefix, ...node.suffix])
    if (part && /[`(]/.test(part.type === 'HereDoc' ? part.body.text : 'text' in part ? part.text : '')) visit(part, 0);
  return found;
}
