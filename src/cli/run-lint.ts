import { auditLint } from '../audit/lint.ts';
import { LINT_DEFAULTS, type LintRequest } from '../audit/lint-request.ts';
import { toConfig } from '../config-file/path.ts';
import type { ConfigFile } from '../config-file/read-config.ts';
import { accept } from '../judge/accepted.ts';
import { againstBaseline } from '../judge/baseline.ts';
import type { Deployable } from '../model/deploy.ts';
import { didYouMean } from '../model/nearest.ts';
import type { ResultDocument } from '../model/result.ts';
import type { RuleBook, Severity } from '../model/rule.ts';
import { UsageError } from '../model/trouble.ts';
import { toView } from '../report/view.ts';
import type { System } from '../system/ports.ts';
import { LINT_OPTIONS } from './commands/lint-options.ts';
import { configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import type { LintArguments } from './lint-arguments.ts';
import { mend } from './lint-fixes.ts';
import { openOutputs } from './outputs.ts';
import { deployablesWith, ruleBookWith } from './rules-directories.ts';
import { openSavedResult } from './saved-file.ts';

const MAX_STDIN_BYTES = 2_097_152;

/** Runs `postern lint` and resolves to its exit code. @throws UsageError */
export async function runLint(given: LintArguments, { system }: CommandContext): Promise<ExitCode> {
  const settings = await configured('lint', LINT_OPTIONS, given, system);
  if (given.printConfig) return (await import('./print-config.ts')).printConfig('lint', LINT_OPTIONS, settings, system);
  const { args, file } = settings;
  const outputs = await openOutputs(args, system, {
    table: async () => (await import('../report/lint/table.ts')).reportLintTable,
  });
  if (args.diff && args.fix === undefined)
    throw new UsageError('--diff: shows what --fix would change; give --fix or --fix=all too');
  const request = await readRequest(args, system);
  const known = args.baseline === undefined ? null : await openSavedResult(args.baseline, '--baseline', system);
  const [catalogue, services] = await Promise.all([
    ruleBookWith(args.rules ?? [], system.files, file),
    deployablesWith(args.rules ?? [], system.files),
  ]);

  if (file !== null) assertIgnores(file, catalogue, services);

  const openRoots = async (): Promise<readonly Uint8Array[]> =>
    (await import('../system/tls-wire.ts')).tlsWire(system.env.SSL_CERT_FILE).publicRoots();
  const { document: found, sources, places } = await auditLint({ request, catalogue, services, openRoots }, system);
  const document = request.useIgnores && file !== null ? accepted(found, file, services, system) : found;
  const compared = known === null ? document : againstBaseline(document, severities(known));
  if (args.writeBaseline !== undefined) await writeBaseline(args.writeBaseline, document, system);
  if (args.fix !== undefined) {
    if (request.given) throw new UsageError('--fix: standard input cannot be changed; name the file');
    const left = await mend(
      compared,
      { sources, places },
      { unsafe: args.fix === 'all', preview: args.diff === true },
      system,
    );
    if (args.diff) return 0;
    await outputs.write(left);
    return verdict(left, args.strict === true);
  }
  await outputs.write(compared);
  return verdict(compared, args.strict === true);
}

/** @throws UsageError: what an entry names must exist, or it would wait for it in silence. */
function assertIgnores({ config, at }: ConfigFile, { rules }: RuleBook, services: readonly Deployable[]): void {
  const known = { rule: rules.map(({ id }) => id), service: services.map(({ id }) => id) };
  for (const [index, entry] of config.ignore.entries())
    for (const key of ['rule', 'service'] as const) {
      const id = entry[key];
      if (id === undefined || known[key].includes(id)) continue;
      const where = at(['lint', 'ignore', index, key]);
      throw new UsageError(`${where}: lint.ignore: no ${key} has the id '${id}'${didYouMean(id, known[key])}`);
    }
}

/** What the configuration accepts; entries that are of no use are said. */
function accepted(
  document: ResultDocument,
  { path, config }: ConfigFile,
  services: readonly Deployable[],
  { clock, host }: System,
): ResultDocument {
  const { findings, unused, expired } = accept(document.findings, config.ignore, {
    today: clock.now().toISOString().slice(0, 10),
    seenFrom: (file) => toConfig(path, file, host.workingDirectory()),
    serviceName: (id) => services.find((service) => service.id === id)?.name ?? null,
  });
  const troubles = [
    ...unused.map(({ at }) => ({ kind: 'unused-ignore', where: at, what: 'accepts nothing that was found' })),
    ...expired.map(({ at, expires }) => ({ kind: 'expired-ignore', where: at, what: `counted until ${expires}` })),
  ];
  return { ...document, findings, troubles: [...document.troubles, ...troubles] };
}

async function readRequest(args: LintArguments, system: System): Promise<LintRequest> {
  const paths = (args.paths ?? []).map((path) =>
    path
      .replaceAll('\\', '/')
      .replace(/^\.\/(?=.)/, '')
      .replace(/(?<=.)\/+$/, ''),
  );
  const fromStdin = paths.includes('-') || (args.stdinFilename !== undefined && paths.length === 0);
  if (fromStdin && paths.length > 1) throw new UsageError('-: standard input is read alone; give either - or paths');
  if (args.stdinFilename !== undefined && !fromStdin)
    throw new UsageError('--stdin-filename: of no use with paths; give - instead');
  for (const path of fromStdin ? [] : paths)
    if (!(await system.files.exists(path))) throw new UsageError(`${path}: expected a file or directory that is there`);
  return {
    paths: paths.length > 0 ? paths : LINT_DEFAULTS.paths,
    exclude: args.exclude ?? [],
    useGitignore: args.gitignore !== false,
    given: fromStdin ? { path: args.stdinFilename ?? 'compose.yaml', text: await readStdin(system) } : null,
    pedantic: args.pedantic === true,
    useIgnores: args.ignores !== false,
    failOn: args.failOn ?? LINT_DEFAULTS.failOn,
    maxFiles: LINT_DEFAULTS.maxFiles,
  };
}

async function readStdin(system: System): Promise<string> {
  const read = await system.terminal.stdin(MAX_STDIN_BYTES);
  if (read.status === 'failed') throw new UsageError(`standard input: ${read.reason}`);
  return read.text;
}

async function writeBaseline(path: string, document: ResultDocument, system: System): Promise<void> {
  const { reportJson } = await import('../report/json.ts');
  const text = reportJson(toView(document), { columns: 80, colour: false, all: true });
  try {
    await system.files.write(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`--write-baseline ${path}: could not be written (${code})`);
  }
}

function severities({ findings }: ResultDocument): ReadonlyMap<string, Severity> {
  return new Map(findings.map(({ fingerprint, severity }) => [fingerprint, severity]));
}

/** Usage (2) and our own faults (4) never get here. */
function verdict({ findings, coverage, troubles }: ResultDocument, strict: boolean): ExitCode {
  if (findings.some(({ state }) => state === 'active')) return 1;
  if ((coverage.files?.read ?? 0) === 0) return 3;
  return strict && troubles.some(({ kind }) => kind === 'file') ? 3 : 0;
}
