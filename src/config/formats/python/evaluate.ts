import type { Span } from '../../../model/span.ts';
import type { Value } from '../../deployment/value.ts';
import type { Bindings } from './bindings.ts';
import { type Call, childrenOf, elementsOf, type PyNode } from './syntax.ts';

/** A value, and the variable of the environment that may say otherwise. */
export interface Evaluated {
  readonly value: Value;
  readonly variable: string | null;
}

const DEEPEST = 12;
const CONVERSIONS =
  /^(int|str|float|bool|Path|SecretStr|cast|typing\.cast|str2bool|strtobool|distutils\.util\.strtobool|parse_bool|to_bool|as_bool|_bool|_to_bool|is_true|env_bool)$/;
const TRUE = /^(true|1|yes|on|y|t)$/i;
const FALSE = /^(false|0|no|off|n|f|none|)$/i;

/** Works out what an expression is, as far as the file tells; nothing is run. */
export class Evaluator {
  readonly #bindings: Bindings;

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
  }

  evaluate(node: PyNode, depth = 0): Evaluated {
    if (depth > DEEPEST) return this.#unknown(node, 'followed too far');
    const { module } = this.#bindings;
    switch (node.name) {
      case 'String':
        return explicit(stringText(module.textOf(node)), this.#bindings.span(stringInside(module.textOf(node), node)));
      case 'ContinuedString':
        return this.#joined(childrenOf(node), node, depth);
      case 'Number':
      case 'Boolean':
      case 'None':
        return explicit(module.textOf(node), this.#bindings.span(node));
      case 'ParenthesizedExpression': {
        const inner = childrenOf(node).find((child) => !/^[()]$/.test(child.name));
        return inner ? this.evaluate(inner, depth + 1) : this.#unknown(node);
      }
      case 'UnaryExpression':
        return this.#unary(node, depth);
      case 'BinaryExpression':
        return this.#binary(node, depth);
      case 'ConditionalExpression':
        return this.#conditional(node, depth);
      case 'CallExpression': {
        const call = this.#bindings.callAt(node);
        return call ? this.#call(call, depth) : this.#unknown(node);
      }
      case 'VariableName':
      case 'MemberExpression':
        return this.#reference(node, depth);
      case 'ArrayExpression':
      case 'TupleExpression': {
        const elements = elementsOf(node) ?? [];
        return this.#joined(elements, node, depth, ', ');
      }
      default:
        return this.#unknown(node);
    }
  }

  #unknown(node: PyNode, why = 'cannot be told from here', variable: string | null = null): Evaluated {
    const text = this.#bindings.module.textOf(node).slice(0, 200);
    return { value: { kind: 'unresolved', text, span: this.#bindings.span(node), via: [], why }, variable };
  }

  #joined(parts: readonly PyNode[], node: PyNode, depth: number, separator = ''): Evaluated {
    if (parts.length > 100) return this.#unknown(node);
    const values = parts.map((part) => this.evaluate(part, depth + 1));
    const only = values[0];
    if (values.length === 1 && only) return only;
    if (values.some(({ value }) => value.kind === 'unresolved')) return this.#unknown(node);
    const text = values.map(({ value }) => value.text).join(separator);
    return { ...explicit(text, this.#bindings.span(node)), variable: only?.variable ?? null };
  }

  #unary(node: PyNode, depth: number): Evaluated {
    const [operator, operand] = childrenOf(node);
    if (operator?.name !== 'not' || !operand)
      return explicit(this.#bindings.module.textOf(node), this.#bindings.span(node));
    const inner = this.evaluate(operand, depth + 1);
    const truth = truthOf(inner.value);
    return truth === null ? this.#unknown(node) : rewritten(inner, truth ? 'False' : 'True');
  }

  #binary(node: PyNode, depth: number): Evaluated {
    const [left, ...rest] = childrenOf(node);
    const right = rest.at(-1);
    const operator = rest
      .slice(0, -1)
      .map((part) => this.#bindings.module.textOf(part))
      .join(' ');
    if (!left || !right) return this.#unknown(node);
    if (operator === 'or') {
      const first = this.evaluate(left, depth + 1);
      if (first.value.kind !== 'unresolved' && truthOf(first.value) !== false) return first;
      const second = this.evaluate(right, depth + 1);
      return { value: byDefault(second.value), variable: first.variable ?? second.variable };
    }
    if (!/^(==|!=|in|not in|is|is not)$/.test(operator)) return this.#unknown(node);
    const first = this.evaluate(left, depth + 1);
    if (first.value.kind === 'unresolved') return this.#unknown(node, first.value.why, first.variable);
    const choices = (elementsOf(right) ?? [right]).map((element) => this.evaluate(element, depth + 1).value);
    if (choices.some(({ kind }) => kind === 'unresolved')) return this.#unknown(node);
    const equal = choices.some(({ text }) => text === first.value.text);
    return rewritten(first, equal === !/not|!=/.test(operator) ? 'True' : 'False');
  }

  #conditional(node: PyNode, depth: number): Evaluated {
    const [yes, , condition, , no] = childrenOf(node);
    if (!yes || !condition || !no) return this.#unknown(node);
    const chosen = truthOf(this.evaluate(condition, depth + 1).value);
    return chosen === null ? this.#unknown(node) : this.evaluate(chosen ? yes : no, depth + 1);
  }

  #call(call: Call, depth: number): Evaluated {
    const { node, callee, positional, keywords, object } = call;
    const name = this.#bindings.qualified(callee);
    const [first, second] = positional;
    if (/^(os\.getenv|os\.environ\.get|environ\.get|getenv)$/.test(name) && first)
      return this.#environment(call, first, second ?? keywords.get('default'), depth);
    if (/(^|\.)(config|env|env\.\w+|get_env\w*|getenv\w*)$/i.test(callee) && first?.name === 'String')
      return this.#environment(call, first, keywords.get('default') ?? second, depth);
    if (CONVERSIONS.test(callee) && positional.length > 0) {
      const inner = this.evaluate(positional.at(-1) as PyNode, depth + 1);
      return inner;
    }
    if (/^(Field|field)$/.test(callee)) {
      const value = keywords.get('default') ?? first;
      if (value) return this.evaluate(value, depth + 1);
    }
    const method = /\.(lower|upper|strip|casefold|title)$/.exec(callee)?.[1];
    const subject = object?.name === 'MemberExpression' ? object.firstChild : object;
    if (method && subject && call.calleeNode.name === 'MemberExpression') {
      const inner = this.evaluate(call.calleeNode.firstChild ?? subject, depth + 1);
      if (inner.value.kind === 'unresolved') return this.#unknown(node, inner.value.why, inner.variable);
      const { text } = inner.value;
      return rewritten(
        inner,
        method === 'upper' ? text.toUpperCase() : method === 'strip' ? text.trim() : text.toLowerCase(),
      );
    }
    return this.#unknown(node);
  }

  /** What a program that nobody set the variable for gets. */
  #environment(call: Call, name: PyNode, fallback: PyNode | undefined, depth: number): Evaluated {
    const variable = this.evaluate(name, depth + 1).value;
    const named = variable.kind === 'unresolved' ? null : variable.text;
    if (!fallback) return this.#unknown(call.node, `${named ?? 'the variable'} is not set here`, named);
    const { value } = this.evaluate(fallback, depth + 1);
    return { value: byDefault(value), variable: named };
  }

  #reference(node: PyNode, depth: number): Evaluated {
    const found = this.#bindings.lookup(node);
    if (!found) return this.#unknown(node);
    const inner =
      found.bindings === this.#bindings
        ? this.evaluate(found.node, depth + 1)
        : new Evaluator(found.bindings).evaluate(found.node, depth + 1);
    const { value } = inner;
    if (value.kind === 'unresolved') return this.#unknown(node, value.why, inner.variable);
    const via = [value.span, ...value.via].slice(0, 8);
    const kind = found.overridable ? 'default' : value.kind;
    return {
      value: { kind, text: value.text, span: this.#bindings.span(node), via },
      variable: inner.variable ?? found.variable,
    };
  }
}

function explicit(text: string, span: Span): Evaluated {
  return { value: { kind: 'explicit', text, span, via: [] }, variable: null };
}

/** The same place, another text: what an operation made of it. */
function rewritten(inner: Evaluated, text: string): Evaluated {
  return { ...inner, value: { ...inner.value, text } };
}

function byDefault(value: Value): Value {
  return value.kind === 'explicit' ? { ...value, kind: 'default' } : value;
}

/** Null: neither true nor false. */
export function truthOf(value: Value): boolean | null {
  if (value.kind === 'unresolved') return null;
  return TRUE.test(value.text) ? true : FALSE.test(value.text) ? false : value.text.length > 0;
}

const QUOTED = /^([rbuf]{0,2})("""|'''|"|')([\s\S]*?)(\2)?$/i;

export function stringText(text: string): string {
  const [, prefix = '', quote, body = text] = QUOTED.exec(text) ?? [];
  if (!quote) return text;
  return /r/i.test(prefix)
    ? body
    : body.replace(/\\(\r?\n|.)/g, (_all, next: string) => ESCAPES[next] ?? (/\n/.test(next) ? '' : `\\${next}`));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

function stringInside(text: string, node: PyNode): { readonly from: number; readonly to: number } {
  const [, prefix = '', quote = '', , closed] = QUOTED.exec(text) ?? [];
  const from = Math.min(node.from + prefix.length + quote.length, node.to);
  return { from, to: closed ? Math.max(from, node.to - quote.length) : node.to };
}
