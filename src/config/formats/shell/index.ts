import { programOf } from '../../command/launchers.ts';
import { bareProcess, Collector } from '../../deployment/collector.ts';
import { type Declarations, NO_DECLARATIONS, type Variable } from '../../deployment/declarations.ts';
import { addSetForGood } from '../../deployment/set-for-good.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { clientSwitches } from './client-switches.ts';
import { declaredModes } from './file-modes.ts';
import { startedBy, variables } from './processes.ts';
import type { RunCommand } from './run-command.ts';
import { Scope } from './scope.ts';
import { ScriptRun } from './script.ts';
import { sourcedFiles } from './sourced-files.ts';
import { tunnelsOf } from './tunnels.ts';
import { writtenTexts } from './written-files.ts';

const MOST_PROCESSES = 2_000;

export const shell: ConfigFormat = {
  async read(source, context) {
    const place = { file: source.file, offset: (inner: number) => inner };
    const run = new ScriptRun(await sourcedFiles(source, context)).read(source.text, place, new Scope()).finish();
    return declarationsOf(run, source, context);
  },
};

/** What commands declare that stand in another file, already split or as a line of their own. */
export async function declarationsOf(
  run: ScriptRun,
  source: SourceText,
  context: ReadContext,
  name = '',
): Promise<Declarations> {
  const out = new Collector();
  out.add({ ...NO_DECLARATIONS, troubles: run.troubles });
  for (const { name, value } of variables(run.exported)) out.variables.push({ name, value });
  out.add({ ...NO_DECLARATIONS, ...declaredModes(run.commands) });
  const id = idsOf(name === '' ? source.file : `${source.file}#${name}`);
  for (const command of run.commands) {
    for (const client of clientSwitches(command)) out.clients.push(client);
    await addProcess(command, id, out, context);
    addTunnels(command, id, out, context.example);
    addOther(command, out);
  }
  addSetForGood(run.commands.flatMap(sessionVariables), { file: source.file, example: context.example }, out);
  for (const { format, name, text } of writtenTexts(run.commands)) {
    const embedded = { source, text: text.text, offsets: (inner: number) => text.offset(inner), name, variables: [] };
    out.add(await context.nested(format, embedded));
  }
  return out.declarations;
}

/** Names that are unique within a file: `ollama`, `ollama-2` … */
function idsOf(file: string): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${file}#${name}${count === 1 ? '' : `-${count}`}`;
  };
}

async function addProcess(
  command: RunCommand,
  id: (name: string) => string,
  out: Collector,
  context: ReadContext,
): Promise<void> {
  if (out.processes.length >= MOST_PROCESSES) return;
  const started = startedBy(command, id, context.example);
  if (!started) {
    // What is set for a client alone: `NODE_TLS_REJECT_UNAUTHORIZED=0 npm install`.
    for (const variable of variables(command.ownEnvironment)) out.variables.push(variable);
    return;
  }
  const fromFiles: Variable[] = [];
  const unseen = [...started.process.unseenEnvironment];
  for (const file of started.environmentFiles) {
    const found = file.resolved ? await context.environment(file.text) : null;
    if (found) fromFiles.push(...found);
    else unseen.push({ name: null, span: file.value.span });
  }
  const own = started.process.environment;
  const environment = [...new Map([...fromFiles, ...own].map((variable) => [variable.name, variable])).values()];
  out.processes.push({ ...started.process, environment, unseenEnvironment: unseen });
  out.publications.push(...started.publications);
  out.references.push(...started.references);
}

function addTunnels(command: RunCommand, id: (name: string) => string, out: Collector, example: boolean): void {
  const tunnels = tunnelsOf(command.argv);
  if (tunnels.length === 0) return;
  const name = programOf(command.argv[0]);
  const last = out.processes.at(-1);
  const known = last?.span === command.span ? last : undefined;
  const process = known ?? {
    ...bareProcess(id(name), name, command.span),
    argv: command.argv.map((word) => word.value),
    example,
  };
  if (!known) out.processes.push(process);
  for (const tunnel of tunnels)
    out.publications.push({ ...tunnel, process: process.id, protocol: 'tcp', loopbackEdit: null });
}

/** Files that are copied to where they count, and variables of the session. */
function addOther({ argv }: RunCommand, out: Collector): void {
  const name = programOf(argv[0]);
  const operands = argv.slice(1).filter((word) => !word.text.startsWith('-'));
  const [first, second] = operands;
  if (/^(cp|mv|ln|copy)$/.test(name) && operands.length === 2 && first && second && /env/i.test(first.text))
    out.references.push({
      path: first.value,
      role: 'copy-of',
      target: second.value,
      optional: false,
      span: first.value.span,
    });
  out.variables.push(...sessionVariables({ argv }));
}

/** Variables of the session or of the service manager: whatever it starts later gets them. */
function sessionVariables({ argv }: Pick<RunCommand, 'argv'>): readonly Variable[] {
  const name = programOf(argv[0]);
  const [verb, ...rest] = argv.slice(1).filter((word) => !word.text.startsWith('-'));
  if (name === 'launchctl' && verb?.text === 'setenv') {
    const [variable, value] = rest;
    return variable && value ? [{ name: variable.text, value: value.value }] : [];
  }
  if (name !== 'systemctl' || verb?.text !== 'set-environment') return [];
  return rest.flatMap((word) => {
    const equals = word.masked.indexOf('=');
    return equals > 0 ? [{ name: word.text.slice(0, equals), value: word.slice(equals + 1) }] : [];
  });
}
