import { parser } from '@lezer/python';
import { isGrammarGap, readable } from './grammar-gaps.ts';

export type PyNode = ReturnType<typeof parser.parse>['topNode'];

/** One call with its arguments sorted out. */
export interface Call {
  readonly node: PyNode;
  /** `uvicorn.run`, `app.run`, `launch` behind a longer chain as `….launch`. */
  readonly callee: string;
  /** Null where the callee is no plain name. */
  readonly object: PyNode | null;
  readonly calleeNode: PyNode;
  readonly positional: readonly PyNode[];
  readonly keywords: ReadonlyMap<string, PyNode>;
  /** `**options`: more keywords that are not here to be read. */
  readonly spreads: readonly PyNode[];
}

/** A parsed module. */
export class Module {
  readonly text: string;
  readonly top: PyNode;
  readonly calls: readonly Call[];
  readonly assignments: readonly PyNode[];
  readonly imports: readonly PyNode[];
  readonly functions: readonly PyNode[];
  readonly classes: readonly PyNode[];
  /** Where the parser had to skip something; offsets. */
  readonly errors: readonly number[];

  constructor(text: string) {
    this.text = text;
    const tree = parser.parse(readable(text));
    this.top = tree.topNode;
    const calls: Call[] = [];
    const found: Record<string, PyNode[]> = { assignments: [], imports: [], functions: [], classes: [] };
    const errors: number[] = [];
    tree.iterate({
      enter: (node) => {
        if (node.type.isError) {
          if (errors.length < 5 && !isGrammarGap(node.node, text)) errors.push(node.from);
        } else if (node.name === 'CallExpression' || node.name === 'Decorator') calls.push(this.#call(node.node));
        else if (node.name === 'AssignStatement') found.assignments?.push(node.node);
        else if (node.name === 'ImportStatement') found.imports?.push(node.node);
        else if (node.name === 'FunctionDefinition') found.functions?.push(node.node);
        else if (node.name === 'ClassDefinition') found.classes?.push(node.node);
      },
    });
    this.calls = calls;
    this.assignments = found.assignments ?? [];
    this.imports = found.imports ?? [];
    this.functions = found.functions ?? [];
    this.classes = found.classes ?? [];
    this.errors = errors;
  }

  textOf(node: PyNode): string {
    return this.text.slice(node.from, node.to);
  }

  #call(node: PyNode): Call {
    const parts = childrenOf(node);
    const list = parts.at(-1);
    // A decorator is a call without the node of one: `@`, names and dots, arguments.
    const callee = parts[node.name === 'Decorator' ? 1 : 0];
    const decorator =
      node.name === 'Decorator'
        ? this.text.slice(node.from + 1, list?.name === 'ArgList' ? list.from : node.to).trim()
        : null;
    const positional: PyNode[] = [];
    const keywords = new Map<string, PyNode>();
    const spreads: PyNode[] = [];
    const words = list?.name === 'ArgList' ? childrenOf(list) : [];
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] as PyNode;
      if (/^[(),]$/.test(word.name)) continue;
      const value = words[at + 2];
      if (word.name === '**' || word.name === '*') {
        at += 1;
        const spread = words[at];
        if (spread) spreads.push(spread);
      } else if (word.name === 'VariableName' && words[at + 1]?.name === 'AssignOp' && value) {
        keywords.set(this.textOf(word), value);
        at += 2;
      } else positional.push(word);
    }
    return {
      node,
      callee: decorator ?? (callee ? this.#name(callee) : ''),
      object: callee?.firstChild ?? null,
      calleeNode: callee ?? node,
      positional,
      keywords,
      spreads,
    };
  }

  /** Dotted name; what is no name in front of a member stands as `…`. */
  #name(node: PyNode): string {
    const text = node.to - node.from < 200 ? this.textOf(node) : '';
    if (/^[\w.]+$/.test(text)) return text;
    const member = node.name === 'MemberExpression' ? node.lastChild : null;
    return member?.name === 'PropertyName' ? `….${this.textOf(member)}` : '…';
  }
}

export function childrenOf(node: PyNode): PyNode[] {
  const children: PyNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}

/** The function a node stands in, or null at the top. */
export function functionAround(node: PyNode): PyNode | null {
  for (let at = node.parent; at; at = at.parent) if (at.name === 'FunctionDefinition') return at;
  return null;
}

/** The class a node stands in, or null. */
export function classAround(node: PyNode): PyNode | null {
  for (let at = node.parent; at; at = at.parent) if (at.name === 'ClassDefinition') return at;
  return null;
}

/** Elements of a list or tuple; null when it is none. */
export function elementsOf(node: PyNode): PyNode[] | null {
  if (!/^(Array|Tuple|Set)Expression$/.test(node.name)) return null;
  return childrenOf(node).filter((child) => !/^[[\](){},]$/.test(child.name));
}
