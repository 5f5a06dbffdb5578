import {
  type Assignment,
  type Command,
  type CommandNode,
  type CompoundList,
  type PipelineNode,
  parse,
  type Function as ShellFunction,
  type Statement,
  type Word,
} from 'unbash';
import type { Span } from '../../../model/span.ts';
import { unwrap } from '../../command/launchers.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import { assign, DECLARING, declare, setVariables } from './assignments.ts';
import { heredoc, isTest, outputOf, readsScript, substitutions } from './command-parts.ts';
import { Inheritance } from './inheritance.ts';
import { asParsed } from './line-ends.ts';
import type { NamedText, RunCommand } from './run-command.ts';
import { Scope } from './scope.ts';
import type { Sourced } from './sourced-files.ts';
import { Expander, type Placement } from './words.ts';

const MOST_COMMANDS = 20_000;
const MOST_CALLS = 300;
const DEEPEST = 12;

/** Follows a script from top to bottom as if it were run once, and notes what it runs and what it exports. */
export class ScriptRun {
  readonly commands: RunCommand[] = [];
  readonly exported: NamedText[] = [];
  readonly troubles: { readonly span: Span; readonly what: string }[] = [];
  readonly #functions = new Map<string, { readonly node: ShellFunction; readonly place: Placement }>();
  readonly #called = new Set<string>();
  readonly #sourced: (path: string) => Sourced | undefined;
  readonly #unseen: Span[] = [];
  #umask: number | null = null;
  readonly #inheritance = new Inheritance();
  #calls = 0;
  #depth = 0;
  /** Inside a sourced file, which is read on its own elsewhere: only what it sets matters here. */
  #quiet = 0;

  readonly #exports = (exported: NamedText): void => {
    if (this.#quiet === 0) this.exported.push(exported);
  };

  constructor(sourced: (path: string) => Sourced | undefined = () => undefined) {
    this.#sourced = sourced;
  }

  read(written: string, where: Placement, scope: Scope = new Scope()): this {
    const { text, place } = asParsed(written, where);
    const script = parse(text);
    if (this.#quiet === 0) {
      for (const { message, pos } of (script.errors ?? []).slice(0, 5)) {
        const start = place.offset(pos);
        this.troubles.push({ span: { file: place.file, start, end: start }, what: `shell: ${message}` });
      }
    }
    this.#statements(script.commands, scope, place);
    return this;
  }

  /** A command that is already split. */
  words(argv: readonly ExpandedText[], span: Span, scope: Scope): this {
    this.#run(argv, [], { span, output: null, input: null, next: null }, scope);
    return this;
  }

  /** Functions that nobody calls here may be called from elsewhere. */
  finish(): this {
    for (const [name, { node, place }] of this.#functions)
      if (!this.#called.has(name)) this.#body(node.body as CommandNode | CompoundList, new Scope(), place);
    return this;
  }

  #statements(statements: readonly Statement[], scope: Scope, place: Placement): void {
    if (this.#depth > DEEPEST * 8) return;
    this.#depth += 1;
    for (const statement of statements)
      if (statement.command.type === 'Function') this.#define(statement.command, place);
    for (const { command } of statements) {
      if (this.commands.length > MOST_COMMANDS) break;
      this.#node(command, scope, place);
    }
    this.#depth -= 1;
  }

  #define(node: ShellFunction, place: Placement): void {
    this.#functions.set(node.name.value, { node, place });
  }

  #list(list: CompoundList | undefined, scope: Scope, place: Placement): void {
    if (list) this.#statements(list.commands, scope, place);
  }

  #branch(list: CompoundList | undefined, scope: Scope, place: Placement): void {
    const inner = scope.branch();
    this.#list(list, inner, place);
    inner.leave();
  }

  #body(body: CommandNode | CompoundList, scope: Scope, place: Placement): void {
    if (body.type === 'CompoundList') this.#list(body, scope, place);
    else this.#node(body, scope, place);
  }

  #node(node: PipelineNode | Statement['command'], scope: Scope, place: Placement): void {
    switch (node.type) {
      case 'Command':
        this.#command(node, scope, place, null);
        return;
      case 'AndOr':
        for (const [index, part] of node.commands.entries()) {
          if (index === 0 || (node.operators[index - 1] === '&&' && !isTest(node.commands[index - 1]))) {
            this.#node(part, scope, place);
            continue;
          }
          const inner = scope.branch();
          this.#node(part, inner, place);
          inner.leave();
        }
        return;
      case 'Pipeline': {
        let next: RunCommand | null = null;
        for (const part of node.commands.toReversed()) {
          if (part.type === 'Command') next = this.#command(part, scope, place, next);
          else this.#node(part, scope.branch(), place);
        }
        return;
      }
      case 'If':
        this.#list(node.clause, scope, place);
        this.#branch(node.then, scope, place);
        for (const other of node.elif) {
          this.#list(other.clause, scope, place);
          this.#branch(other.then, scope, place);
        }
        this.#branch(node.else, scope, place);
        return;
      case 'While':
        this.#list(node.clause, scope, place);
        this.#branch(node.body, scope, place);
        return;
      case 'For':
      case 'Select':
      case 'ArithmeticFor':
        if ('name' in node) scope.set(node.name.value, null);
        this.#branch(node.body, scope, place);
        return;
      case 'Case':
        for (const item of node.items) this.#branch(item.body, scope, place);
        return;
      case 'Subshell':
        this.#list(node.body, scope.branch(), place);
        return;
      case 'BraceGroup':
        this.#list(node.body, scope, place);
        return;
      case 'Redirected':
        this.#node(node.command, scope, place);
        return;
      case 'Function':
        this.#define(node, place);
        return;
      case 'Coproc':
        this.#body(node.body, scope, place);
        return;
    }
  }

  #command(node: Command, scope: Scope, place: Placement, next: RunCommand | null): RunCommand | null {
    for (const script of substitutions(node)) this.#statements(script.commands, scope.branch(), place);
    const expander = new Expander(place, scope);
    const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
    if (!node.name) {
      for (const assignment of assignments) assign(assignment, scope, expander, false, this.#exports);
      return null;
    }
    const name = node.name.value;
    if (DECLARING.has(name)) {
      for (const part of declare(node, scope, expander, this.#exports))
        this.#missingEnvironment(part.text, scope, expander.span(part));
      return null;
    }
    const own = assignments.flatMap((assignment) =>
      assignment.value.type === 'Word' ? [{ name: assignment.name, value: expander.text(assignment.value) }] : [],
    );
    const words = [node.name, ...node.args.filter((part): part is Word => part.type === 'Word')];
    const argv = words.flatMap((word) => expander.fields(word));
    if (argv.length > 5_000) return null;
    if (this.#builtin(name, argv, scope, expander.span(node))) return null;
    const around = {
      span: expander.span(node),
      output: outputOf(node, expander),
      input: heredoc(node, expander),
      next,
    };
    return this.#run(argv, own, around, scope);
  }

  #run(
    argv: readonly ExpandedText[],
    own: readonly NamedText[],
    around: Pick<RunCommand, 'span' | 'output' | 'input' | 'next'>,
    scope: Scope,
  ): RunCommand | null {
    const { argv: program, environment, user, script, positional } = unwrap(argv);
    const ownEnvironment = [...own, ...environment];
    const line = script ?? (around.input && readsScript(program) ? around.input : null);
    if (line) {
      this.#inner(line, ownEnvironment, positional, scope);
      return null;
    }
    if (program.length === 0 || this.#quiet > 0) return null;
    const { inherited, unfollowed } = this.#inheritance.of(scope, around.span, this.troubles);
    const command: RunCommand = {
      argv: program,
      environment: [...inherited, ...ownEnvironment],
      ownEnvironment,
      unseenEnvironment: [...this.#unseen, ...unfollowed],
      user,
      directory: scope.directory,
      ...around,
      umask: this.#umask,
    };
    this.commands.push(command);
    return command;
  }

  /** `sh -c '…'`, `ssh host '…'`, `bash <<EOF`. */
  #inner(
    line: ExpandedText,
    environment: readonly NamedText[],
    positional: readonly ExpandedText[],
    scope: Scope,
  ): void {
    if (this.#depth > DEEPEST || line.text.length > 200_000) return;
    const inner = scope.branch();
    for (const { name, value } of environment) inner.set(name, value, true);
    if (positional.length > 1) inner.set('@', positional.slice(1));
    this.#depth += 1;
    this.read(line.text, { file: line.whole.file, offset: (at) => line.offset(at) }, inner);
    this.#depth -= 1;
  }

  /** `export $(grep -v '^#' .env | xargs)`. */
  #missingEnvironment(text: string, scope: Scope, span: Span): void {
    const file = /(?<=[\s"'/<])[\w./-]*\.env[\w.-]*/.exec(text)?.[0];
    if (file) this.#source(file, scope, true, span);
  }

  #builtin(name: string, argv: readonly ExpandedText[], scope: Scope, span: Span): boolean {
    switch (name) {
      case 'source':
      case '.':
        if (argv[1]) this.#source(argv[1].text, scope, false, span);
        return true;
      case 'umask':
        if (argv[1]) this.#umask = /^[0-7]{1,4}$/.test(argv[1].text) ? Number.parseInt(argv[1].text, 8) : this.#umask;
        return true;
      default:
        return setVariables(name, argv, scope) || this.#call(name, argv, scope);
    }
  }

  #call(name: string, argv: readonly ExpandedText[], scope: Scope): boolean {
    const called = this.#functions.get(name);
    if (!called) return false;
    this.#called.add(name);
    this.#calls += 1;
    if (this.#calls > MOST_CALLS || this.#depth > DEEPEST) return true;
    const outer = scope.elements('@') ?? [];
    scope.setArguments(argv.slice(1), Math.max(outer.length, 9));
    this.#depth += 1;
    this.#body(called.node.body as CommandNode | CompoundList, scope, called.place);
    this.#depth -= 1;
    scope.setArguments(outer, Math.max(argv.length, 9));
    return true;
  }

  #source(path: string, scope: Scope, exports: boolean, span: Span): void {
    const file = this.#sourced(path);
    if (!file) {
      if (/env|secret|\.conf/i.test(path)) this.#unseen.push(span);
      return;
    }
    if (this.#depth > DEEPEST) return;
    const before = scope.exportsAll;
    if (exports) scope.exportsAll = true;
    this.#quiet += 1;
    this.#depth += 1;
    this.read(file.text, file.place, scope);
    this.#depth -= 1;
    this.#quiet -= 1;
    if (exports) scope.exportsAll = before;
  }
}
