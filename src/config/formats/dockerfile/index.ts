import { bareProcess, Collector } from '../../deployment/collector.ts';
import {
  type DeclaredMode,
  type DeclaredProcess,
  NO_DECLARATIONS,
  type Variable,
} from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { clientSwitches } from '../shell/client-switches.ts';
import { startedByLine, startedByWords } from '../shell/command-line.ts';
import { declaredModes } from '../shell/file-modes.ts';
import { fileBits, symbolicBits } from '../shell/mode-bits.ts';
import { variables } from '../shell/processes.ts';
import { Scope } from '../shell/scope.ts';
import { ScriptRun } from '../shell/script.ts';
import { writtenTexts } from '../shell/written-files.ts';
import { copiedFiles } from './copied-files.ts';
import { execForm, plainWords } from './docker-words.ts';
import { type Instruction, instructions } from './instructions.ts';
import { refused } from './refused.ts';
import { type Stage, type StageCommand, stagesOf } from './stages.ts';

/**
 * Images that are built. Each stage becomes a process that nobody has started yet: who builds it (`build:` of compose,
 * by file and stage) publishes it or not. `EXPOSE` publishes nothing.
 */
export const dockerfile: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const all = instructions(source);
    const stages = stagesOf(all);
    for (const { span, what } of refused(all, source, context)) out.trouble(span, what);
    if (stages.length === 0) out.trouble(source.span(0, 0), 'dockerfile: no FROM instruction');
    for (const stage of stages) {
      for (const { instruction, environment } of stage.steps)
        await addStep(instruction, environment, source, context, out);
      out.processes.push(processOf(stage, source, context.example));
    }
    return out.declarations;
  },
};

function processOf(stage: Stage, source: SourceText, example: boolean): DeclaredProcess {
  const environment = [...stage.environment.values()];
  const words = [
    ...wordsOf(stage.entrypoint, environment),
    ...(joins(stage) ? wordsOf(stage.command, environment) : []),
  ];
  const command = startedByWords(words, environment).at(0);
  const argv = command?.argv ?? words;
  const own = argv.length === 0 ? null : argv;
  return {
    ...bareProcess(`${source.file}#${stage.name}`, stage.name, stage.span),
    image: stage.image,
    // Without an entrypoint of its own, the command is an argument to that of the image it builds on.
    argv: stage.entrypoint ? own : null,
    args: stage.entrypoint ? null : own,
    environment: command?.environment ?? environment,
    network: { kind: 'own', networks: [], internal: false },
    mounts: stage.steps.flatMap(({ instruction }) => copiedFiles(instruction)),
    user: stage.user ?? command?.user ?? null,
    directory: (command?.directory ?? stage.directory) || undefined,
    example,
  };
}

/** The shell form of an entrypoint takes no arguments. */
function joins({ entrypoint }: Stage): boolean {
  return entrypoint?.form !== 'shell';
}

function wordsOf(command: StageCommand | null, environment: readonly Variable[]): readonly Value[] {
  if (!command) return [];
  if (command.form === 'exec') return command.words;
  const defaults = environment.map(({ name, value }) => ({
    name,
    value: value.kind === 'explicit' ? { ...value, kind: 'default' as const } : value,
  }));
  return startedByLine(command.line, defaults)[0]?.argv ?? [];
}

async function addStep(
  instruction: Instruction,
  environment: ReadonlyMap<string, Variable>,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  const { keyword, body, heredocs } = instruction;
  if (keyword === 'COPY' || keyword === 'ADD') {
    for (const mode of copiedModes(instruction, environment)) out.modes.push(mode);
    const name = plainWords(body.part(0, lineEnd(body.text)), () => undefined).at(-1)?.text ?? null;
    for (const { text } of heredocs) out.add(await context.nested(null, embedded(source, text, name)));
    return;
  }
  if (keyword !== 'RUN' && keyword !== 'HEALTHCHECK') return;
  const run = buildStep(instruction, environment);
  for (const command of run.commands) {
    for (const client of clientSwitches(command)) out.clients.push(client);
    for (const variable of variables(command.ownEnvironment)) out.variables.push(variable);
  }
  out.add({ ...NO_DECLARATIONS, ...declaredModes(run.commands) });
  for (const { format, name, text } of writtenTexts(run.commands))
    out.add(await context.nested(format, embedded(source, text, name)));
}

/** What `RUN` runs while the image is built: no servers, but files and clients. */
function buildStep({ keyword, body, heredocs }: Instruction, environment: ReadonlyMap<string, Variable>): ScriptRun {
  const scope = new Scope();
  for (const { name, value } of environment.values())
    scope.set(name, value.kind === 'unresolved' ? null : ExpandedText.of(value), false);
  const run = new ScriptRun();
  const from = keyword === 'HEALTHCHECK' ? (/^\s*CMD\s+/i.exec(body.text)?.[0].length ?? 0) : 0;
  const line = body.part(from);
  const words = execForm(line);
  if (words) return run.words(words.map(ExpandedText.of), line.whole, scope);
  const bare = /^\s*<<-?["']?\w+["']?[ \t]*\r?\n/.test(line.text) ? heredocs[0]?.text : undefined;
  const text = bare ?? line;
  return run.read(text.text, { file: text.whole.file, offset: (inner) => text.offset(inner) }, scope).finish();
}

function copiedModes({ flags, body }: Instruction, environment: ReadonlyMap<string, Variable>): DeclaredMode[] {
  const mode = flags.find((flag) => flag.name === 'chmod')?.value;
  if (!mode) return [];
  const list = execForm(body) ?? plainWords(body.part(0, lineEnd(body.text)), (name) => environment.get(name)?.value);
  const paths = list.filter((path) => !path.text.startsWith('<<'));
  const target = paths.at(-1);
  if (!target) return [];
  const { value } = mode;
  const named = /\/$|^\.$/.test(target.text) || paths.length > 2 ? paths.slice(0, -1) : [target];
  const owner = flags.find((flag) => flag.name === 'chown')?.value.text ?? null;
  return named.map((path) => ({
    path,
    bits: fileBits(value.text) ?? symbolicBits(value.text),
    mode: value,
    owner: owner?.split(':')[0] ?? null,
    group: owner?.split(':')[1] ?? null,
    holds: null,
    rewrite:
      named.length === 1 ? (bits: number) => bits.toString(8).padStart(Math.min(value.text.length, 4), '0') : null,
    span: value.span,
  }));
}

function lineEnd(text: string): number {
  const end = text.search(/(?<!\\)\r?\n/);
  return end === -1 ? text.length : end;
}

function embedded(source: SourceText, text: ExpandedText, name: string | null) {
  return { source, text: text.text, offsets: (inner: number) => text.offset(inner), name, variables: [] };
}
