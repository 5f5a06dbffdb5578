import type { Span } from '../../../model/span.ts';
import { type Call, childrenOf, classAround, functionAround, type Module, type PyNode } from './syntax.ts';

/** Where a name leads. */
export interface Bound {
  readonly node: PyNode;
  readonly bindings: Bindings;
  /** A command line, an environment or a caller may say otherwise. */
  readonly overridable: boolean;
  /** The environment variable that would. */
  readonly variable: string | null;
}

interface Assigned {
  readonly node: PyNode;
  readonly from: number;
  readonly around: PyNode | null;
  readonly overridable: boolean;
}

const OPTION_BASES = /^(args?|opts?|options?|flags|FLAGS|params|cli_args|cmd_opts|parsed|namespace|ns|a)$/;

/** Names of a module and what they stand for. */
export class Bindings {
  readonly module: Module;
  readonly #file: string;
  readonly #names = new Map<string, Assigned[]>();
  readonly #options = new Map<string, PyNode>();
  readonly #fields = new Map<string, { readonly node: PyNode; readonly variable: string | null }>();
  readonly #calls = new Map<number, Call>();
  /** `u` → `uvicorn`, `getenv` → `os.getenv`. */
  readonly #aliases = new Map<string, string>();
  readonly #others: ReadonlyMap<string, Bindings>;

  /** `others`: modules of the same tree that it imports from, by the name it uses. */
  constructor(file: string, module: Module, others: ReadonlyMap<string, Bindings> = new Map()) {
    this.#file = file;
    this.module = module;
    this.#others = others;
    for (const call of module.calls) this.#calls.set(key(call.node), call);
    for (const { local, full } of importedNames(module)) this.#aliases.set(local, full);
    for (const statement of module.assignments) this.#assign(statement);
    for (const definition of module.functions) this.#parameters(definition);
    for (const call of module.calls) this.#option(call);
    for (const definition of module.classes) this.#classFields(definition);
  }

  span(node: { readonly from: number; readonly to: number }): Span {
    return { file: this.#file, start: node.from, end: node.to };
  }

  callAt(node: PyNode): Call | undefined {
    return this.#calls.get(key(node));
  }

  /** A dotted name with its imports spelled out. */
  qualified(name: string): string {
    const dot = name.indexOf('.');
    const head = dot === -1 ? name : name.slice(0, dot);
    const full = this.#aliases.get(head);
    return full === undefined ? name : full + (dot === -1 ? '' : name.slice(dot));
  }

  imports(pattern: RegExp): boolean {
    return [...this.#aliases.values()].some((full) => pattern.test(full));
  }

  /** What a variable or `object.member` was set to where the node stands. */
  lookup(node: PyNode): Bound | null {
    const text = this.module.textOf(node);
    if (node.name === 'VariableName') return this.#variable(text, node) ?? this.#imported(text);
    const [, base = '', member = ''] = /^([\w.]+(?:\(\))?)\.(\w+)$/.exec(text) ?? [];
    if (member === '') return null;
    const own = this.#latest(text, node) ?? this.#ofObject(text, node);
    if (own) return this.#bound(own.node, own.overridable);
    const option = this.#options.get(member);
    if (option && (OPTION_BASES.test(base) || this.#comesFrom(base, node, /parse_(known_)?args|parse_args_into/)))
      return this.#bound(option, true);
    const field = this.#fields.get(member);
    if (field && /settings|config|conf|cfg|self|cls|env|args|options|server/i.test(base))
      return this.#bound(field.node, true, field.variable);
    const other = this.#others.get(base.replace(/\(\)$/, ''));
    return other?.field(member) ?? null;
  }

  /** A field of a settings class, or a variable, of this module seen from another. */
  field(name: string): Bound | null {
    const field = this.#fields.get(name);
    if (field) return this.#bound(field.node, true, field.variable);
    const assigned = this.#names.get(name)?.findLast(({ around }) => around === null);
    return assigned ? this.#bound(assigned.node, assigned.overridable) : null;
  }

  #bound(node: PyNode, overridable: boolean, variable: string | null = null): Bound {
    return { node, bindings: this, overridable, variable };
  }

  #variable(name: string, use: PyNode): Bound | null {
    const found = this.#latest(name, use);
    return found ? this.#bound(found.node, found.overridable) : null;
  }

  #imported(name: string): Bound | null {
    return this.#others.get(name)?.field(name) ?? null;
  }

  /** The assignment that counts: the last one before the use in the same function, else at the top of the module. */
  #latest(name: string, use: PyNode): Assigned | undefined {
    const all = this.#names.get(name)?.filter(({ node }) => node.to <= use.from || node.from > use.to);
    if (!all) return undefined;
    for (let around = functionAround(use); around; around = functionAround(around)) {
      const inside = around;
      const own = all.filter((one) => one.around && same(one.around, inside));
      const last = own.findLast(({ from }) => from < use.from) ?? own[0];
      if (last) return last;
    }
    const top = all.filter(({ around }) => around === null);
    return functionAround(use) ? top.at(-1) : top.findLast(({ from }) => from < use.from);
  }

  /** `self.host` as `__init__`, or else another method of the class, sets it. */
  #ofObject(text: string, use: PyNode): Assigned | undefined {
    const owner = text.startsWith('self.') ? classAround(use) : null;
    if (!owner) return undefined;
    const set = this.#names.get(text)?.filter(({ node }) => {
      const around = classAround(node);
      return around !== null && same(around, owner);
    });
    return set?.find(({ around }) => around !== null && nameOf(this.module, around) === '__init__') ?? set?.[0];
  }

  #comesFrom(name: string, use: PyNode, callee: RegExp): boolean {
    const found = this.#latest(name, use);
    const call = found ? this.callAt(found.node) : undefined;
    return call !== undefined && callee.test(call.callee);
  }

  #assign(statement: PyNode): void {
    const parts = childrenOf(statement);
    const operator = parts.findIndex((part) => part.name === 'AssignOp');
    const value = parts.at(-1);
    const target = parts[0];
    if (operator === -1 || !value || !target || operator > 2) return;
    if (parts.filter((part) => part.name === 'AssignOp').length > 1) return;
    if (target.name !== 'VariableName' && target.name !== 'MemberExpression') return;
    this.#add(this.module.textOf(target), {
      node: value,
      from: statement.from,
      around: functionAround(statement),
      overridable: false,
    });
  }

  #add(name: string, assigned: Assigned): void {
    if (name.length > 100) return;
    const list = this.#names.get(name);
    if (list) list.push(assigned);
    else this.#names.set(name, [assigned]);
  }

  /** `def main(host: str = "0.0.0.0")`, with what click or typer say about it; without a default, what the one call gives. */
  #parameters(definition: PyNode): void {
    const list = childrenOf(definition).find((child) => child.name === 'ParamList');
    if (!list) return;
    const words = childrenOf(list);
    let position = -1;
    for (const [at, word] of words.entries()) {
      if (word.name !== 'VariableName' || (at > 0 && !/^(,|\(|\*{1,2})$/.test(words[at - 1]?.name ?? ''))) continue;
      position += 1;
      const rest = words.slice(at + 1, at + 4);
      const operator = rest.findIndex((part) => part.name === 'AssignOp');
      const comma = rest.findIndex((part) => part.name === ',');
      const value = rest[operator + 1];
      const defaulted = operator !== -1 && (comma === -1 || comma > operator) && value;
      const name = this.module.textOf(word);
      const found = defaulted ? this.#defaultOf(value) : this.#given(definition, name, position);
      if (!found) continue;
      const overridable = Boolean(defaulted);
      this.#add(name, { node: found, from: definition.from, around: definition, overridable });
    }
  }

  #defaultOf(value: PyNode): PyNode | undefined {
    const call = this.callAt(value);
    return call && /(^|\.)(Option|Argument|Query|Field|Body|Header)$/.test(call.callee)
      ? (call.keywords.get('default') ?? call.positional[0])
      : value;
  }

  /** What the only call of a function of the module, or of a class, hands to a parameter. */
  #given(definition: PyNode, name: string, position: number): PyNode | undefined {
    const owner = classAround(definition);
    const called = nameOf(this.module, definition);
    if (owner && called !== '__init__') return undefined;
    const callee = owner ? nameOf(this.module, owner) : called;
    const [call, ...more] = this.module.calls.filter((one) => one.callee === callee && one.node.name !== 'Decorator');
    if (!call || more.length > 0 || call.spreads.length > 0) return undefined;
    return call.keywords.get(name) ?? call.positional[owner ? position - 1 : position];
  }

  /** `add_argument("--host", default=…)`, `@click.option("--host", default=…)`. */
  #option({ callee, positional, keywords, node }: Call): void {
    const value = keywords.get('default');
    if (!value || !/(^|\.)(add_argument|option|add_option|DEFINE_\w+)$/.test(callee)) return;
    const names = positional.map((word) => this.module.textOf(word).replace(/^\w{0,2}["']|["']$/g, ''));
    const long = names.find((name) => name.startsWith('--')) ?? names.find((name) => !name.startsWith('-')) ?? names[0];
    const destination = keywords.get('dest');
    const name = destination
      ? this.module.textOf(destination).replace(/["']/g, '')
      : long?.replace(/^--?/, '').replaceAll('-', '_');
    if (!name) return;
    this.#options.set(name, value);
    const decorated = node.name === 'Decorator' ? node.parent?.getChild('FunctionDefinition') : null;
    if (decorated) this.#add(name, { node: value, from: decorated.from, around: decorated, overridable: true });
  }

  #classFields(definition: PyNode): void {
    const bases = definition.getChild('ArgList');
    const settings = bases !== null && /Settings/.test(this.module.textOf(bases));
    const body = definition.getChild('Body');
    for (const statement of body ? childrenOf(body) : []) {
      if (statement.name !== 'AssignStatement') continue;
      const [target] = childrenOf(statement);
      const value = statement.lastChild;
      if (target?.name !== 'VariableName' || !value || value.name === 'TypeDef') continue;
      const name = this.module.textOf(target);
      if (!this.#fields.has(name))
        this.#fields.set(name, { node: value, variable: settings ? name.toUpperCase() : null });
    }
  }

  /** Fields of classes that read the environment (pydantic's BaseSettings): variable and default. */
  get settingsFields(): readonly { readonly variable: string; readonly node: PyNode }[] {
    return [...this.#fields.values()].flatMap(({ variable, node }) => (variable === null ? [] : [{ variable, node }]));
  }
}

export interface ImportedName {
  readonly local: string;
  readonly full: string;
  /** Module it is taken from, as written. */
  readonly from: string | null;
}

export function importedNames(module: Module): ImportedName[] {
  return module.imports.flatMap((statement) => {
    const text = module
      .textOf(statement)
      .replace(/#.*$/gm, '')
      .replace(/[()\\\r\n]/g, ' ');
    if (text.length > 5000) return [];
    const [, from, names] = /^from\s+(\S+)\s+import\s+(.*)$/.exec(text) ?? [];
    const list = (names ?? text.replace(/^import\s+/, '')).split(',');
    return list.flatMap((entry) => {
      const [, name = '', , alias] = /^\s*([\w.]+)(\s+as\s+(\w+))?\s*$/.exec(entry) ?? [];
      if (name === '') return [];
      const full = from ? `${from}.${name}` : name;
      // `import os.path` binds `os`.
      const local = alias ?? (from ? name : (name.split('.')[0] ?? name));
      return [{ local, full: alias || from ? full : local, from: from ?? null }];
    });
  });
}

/** Of a function or class. */
function nameOf(module: Module, definition: PyNode): string | null {
  const name = childrenOf(definition).find((child) => child.name === 'VariableName');
  return name ? module.textOf(name) : null;
}

function key(node: PyNode): number {
  return node.from * 4_194_304 + node.to;
}

function same(a: PyNode, b: PyNode): boolean {
  return a.from === b.from && a.to === b.to;
}
