import { containerRun, networkOf } from '../../command/container-run.ts';
import { programOf } from '../../command/launchers.ts';
import { portMapping } from '../../command/port-mapping.ts';
import { bareProcess } from '../../deployment/collector.ts';
import type { DeclaredProcess, FileReference, Publication, Variable } from '../../deployment/declarations.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { NamedText, RunCommand } from './run-command.ts';
import { isUtility } from './utilities.ts';

/** What one command starts. */
export interface Started {
  readonly process: DeclaredProcess;
  readonly publications: readonly Publication[];
  readonly references: readonly FileReference[];
  /** Environment files whose variables are still to be put in front of the process's own. */
  readonly environmentFiles: readonly ExpandedText[];
}

export function startedBy(command: RunCommand, id: (name: string) => string, example: boolean): Started | null {
  return container(command, id, example) ?? program(command, id, example);
}

/** A program on the machine itself. */
function program(command: RunCommand, id: (name: string) => string, example: boolean): Started | null {
  const argv = interpreted(command.argv);
  const name = programOf(argv[0]);
  if (name === '' || isUtility(name, argv)) return null;
  const process: DeclaredProcess = {
    ...bareProcess(id(name), name, command.span),
    argv: argv.map((word) => word.value),
    environment: variables(command.environment),
    unseenEnvironment: command.unseenEnvironment.map((span) => ({ name: null, span })),
    user: command.user?.value ?? null,
    directory: command.directory || undefined,
    example,
  };
  return { process, publications: [], references: [], environmentFiles: [] };
}

/**
 * `$PYTHON -m vllm…` and `"$DIR/llama-server"`: what the program is can be told although the path to it cannot.
 */
function interpreted(argv: readonly ExpandedText[]): readonly ExpandedText[] {
  const [first, second] = argv;
  if (!first || first.resolved) return argv;
  const slash = first.masked.lastIndexOf('/');
  const name = first.part(slash + 1);
  if (slash !== -1 && name.text !== '' && name.resolved) return [name, ...argv.slice(1)];
  if (second?.text !== '-m' && !/\.py$/.test(second?.text ?? '')) return argv;
  if (!/py/i.test(first.text)) return argv;
  const piece = { text: 'python', span: first.value.span, verbatim: false, kind: 'default' as const, via: [], why: '' };
  return [first.replacedBy(piece), ...argv.slice(1)];
}

function container(command: RunCommand, id: (name: string) => string, example: boolean): Started | null {
  const run = containerRun(command.argv);
  if (!run) return null;
  const inherited = new Map(command.environment.map(({ name, value }) => [name, value]));
  const environment: Variable[] = [];
  const unseen: { name: string | null; span: Variable['value']['span'] }[] = [];
  for (const entry of run.environment) {
    const equals = entry.masked.indexOf('=');
    const name = equals === -1 ? entry.text : entry.text.slice(0, equals);
    const passed = inherited.get(name);
    if (equals !== -1) environment.push({ name, value: entry.slice(equals + 1) });
    else if (passed) environment.push({ name, value: passed.value });
    else unseen.push({ name: entry.resolved ? name : null, span: entry.value.span });
  }
  const label = run.name?.text ?? imageName(run.image.text);
  const network = networkOf(run);
  const entrypoint = run.entrypoint ? [run.entrypoint, ...run.args].map((word) => word.value) : null;
  const process: DeclaredProcess = {
    ...bareProcess(id(label), label, command.span),
    aliases: [label, ...run.aliases.map((alias) => alias.text)],
    image: run.image.value,
    argv: entrypoint,
    args: entrypoint || run.args.length === 0 ? null : run.args.map((word) => word.value),
    environment,
    unseenEnvironment: unseen,
    network,
    mounts: run.mounts,
    privileged: run.privileged?.value.span ?? null,
    user: run.user?.value ?? null,
    directory: run.directory?.text,
    example,
  };
  const publications =
    network.kind === 'host' ? [] : run.ports.map((port): Publication => published(process.id, portMapping(port)));
  if (run.publishesAll && network.kind !== 'host') publications.push(everyPort(process.id, run.publishesAll));
  const references = run.environmentFiles.map(
    (file): FileReference => ({ path: file.value, role: 'environment', optional: false, span: file.value.span }),
  );
  return { process, publications, references, environmentFiles: run.environmentFiles };
}

function published(process: string, mapping: ReturnType<typeof portMapping>): Publication {
  return { process, kind: 'port', gate: { state: 'off', kinds: [], because: [] }, tls: 'unknown', ...mapping };
}

function everyPort(process: string, flag: ExpandedText): Publication {
  const { span } = flag.value;
  return published(process, {
    hostAddress: null,
    hostPort: null,
    targetPort: null,
    protocol: 'tcp',
    span,
    loopbackEdit: null,
  });
}

function imageName(image: string): string {
  return (
    image
      .replace(/@.*$/, '')
      .replace(/:[^/]*$/, '')
      .replace(/^.*\//, '') || 'container'
  );
}

/** The last of equal names counts. */
export function variables(environment: readonly NamedText[]): Variable[] {
  return [...new Map(environment.map(({ name, value }) => [name, { name, value: value.value }])).values()];
}
