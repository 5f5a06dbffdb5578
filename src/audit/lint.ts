import { openSettingTables } from '../catalogue/setting-tables.ts';
import { openTlsTables } from '../catalogue/tls-tables.ts';
import { combine } from '../config/deployment/combine.ts';
import { buildGraph, type Graph } from '../config/deployment/graph.ts';
import { factsOf } from '../config/facts/facts.ts';
import { knownSecrets } from '../config/facts/known-secrets.ts';
import { Places } from '../config/facts/place.ts';
import { givenVariables, variableSwitches } from '../config/facts/variables.ts';
import { type Gathered, gatherDeclarations, type ReadFile } from '../config/gather-declarations.ts';
import { missingFiles } from '../config/gather-missing.ts';
import { Sources } from '../config/gather-sources.ts';
import { gatherTree } from '../config/gather-tree.ts';
import { readIgnores } from '../config/source/ignore-comments.ts';
import { directoryOf, isWithin } from '../config/source/paths.ts';
import type { SourceText } from '../config/source/source-text.ts';
import { judgedDeclared } from '../judge/declared-subject.ts';
import { applyIgnores } from '../judge/ignores.ts';
import { judgeSubjects } from '../judge/judge-subjects.ts';
import type { Declared } from '../model/declared.ts';
import type { Deployable } from '../model/deploy.ts';
import type { Finding } from '../model/finding.ts';
import type { IgnoreComment } from '../model/ignore.ts';
import { didYouMean } from '../model/nearest.ts';
import type { Coverage, ResultDocument, Trouble } from '../model/result.ts';
import type { RuleBook } from '../model/rule.ts';
import type { System } from '../system/ports.ts';
import { resultDocument } from './document.ts';
import { certificateSubjects } from './lint-certificates.ts';
import type { LintRequest } from './lint-request.ts';

export interface LintParts {
  readonly request: LintRequest;
  readonly catalogue: RuleBook;
  readonly services: readonly Deployable[];
  /** Opens the certificates of public authorities; null: certificate files are none of this run's business. */
  readonly openRoots: (() => Promise<readonly Uint8Array[]>) | null;
}

export interface LintOutcome {
  readonly document: ResultDocument;
  /** What the files declare. */
  readonly facts: readonly Declared[];
  /** Findings with their edits, by the file they are in. */
  readonly sources: ReadonlyMap<string, SourceText>;
  /** Where what the files hold is shown without their secrets. */
  readonly places: Places;
}

/** Reads files, joins what they declare, and judges it. */
export async function auditLint(
  { request, catalogue, services, openRoots }: LintParts,
  system: System,
): Promise<LintOutcome> {
  const startedAt = system.clock.now();
  const { gathered, troubles } = await gather(request, system);
  const graph = buildGraph(combine(gathered.files.map(({ declarations }) => declarations)), services);
  const sources = await openedSources(gathered, graph);
  const texts = gathered.files.map(({ source }) => source);
  const tables = graph.declared.tls.some(({ ciphers }) => ciphers !== null) ? await openTlsTables() : null;
  const settings = await openSettingTables();
  const given = givenVariables(graph);
  const places = new Places(sources, knownSecrets(graph, given, settings.credentials));
  const clients = [...graph.declared.clients, ...variableSwitches(given, settings.switches)];
  const missing = await missingFiles(clients, system.files);
  const facts = factsOf({
    graph,
    places,
    texts,
    pedantic: request.pedantic,
    settings,
    given,
    clients,
    tables,
    missing,
  });
  const certificates = openRoots
    ? await certificateSubjects(graph, {
        files: system.files,
        places,
        roots: rootsOf(request),
        now: startedAt.getTime(),
        openTables: openTlsTables,
        openRoots,
      })
    : { subjects: [], troubles: [] };
  const subjects = [...facts.map(judgedDeclared), ...certificates.subjects];
  const judged = judgeSubjects(subjects, catalogue, request.failOn, request.pedantic);
  const ignores = request.useIgnores ? gathered.files.flatMap(({ source }) => readIgnores(source)) : [];
  const { findings, unused } = applyIgnores(judged.findings, ignores);
  const endpoints = facts.flatMap((fact) => (fact.kind === 'endpoint' && fact.isDoor ? [fact.endpoint] : []));
  const said: Trouble[] = [
    ...troubles,
    ...certificates.troubles,
    ...graph.declared.troubles.map(({ span, what }) => ({ kind: 'file', where: placeText(places, span), what })),
    ...idleIgnores(ignores, unused, catalogue),
  ];
  const parts = {
    command: 'lint',
    catalogue,
    startedAt,
    finishedAt: system.clock.now(),
    endpoints,
    findings: distinct(findings),
    coverage: coverageOf(gathered, graph, judged.undecided),
    troubles: distinctTroubles(said),
  };
  return { document: resultDocument(parts), facts, sources, places };
}

/** What comments ask for in vain: a rule that there is not, or findings that there are not. */
function idleIgnores(
  ignores: readonly IgnoreComment[],
  unused: readonly IgnoreComment[],
  { rules }: RuleBook,
): readonly Trouble[] {
  const ids = rules.map(({ id }) => id);
  return ignores.flatMap((ignore): readonly Trouble[] => {
    const where = `${ignore.file}:${ignore.line}`;
    const known = ignore.rules.filter((id) => ids.includes(id));
    const strangers = ignore.rules.filter((id) => !ids.includes(id));
    const idle = unused.includes(ignore) && (known.length > 0 || strangers.length === 0);
    return [
      ...strangers.map((id) => ({
        kind: 'unknown-rule',
        where,
        what: `ignores '${id}', and no rule has that id${didYouMean(id, ids)}`,
      })),
      ...(idle
        ? [
            {
              kind: 'unused-ignore',
              where,
              what: `ignores ${known.join(', ') || 'everything'}, and there is nothing to ignore`,
            },
          ]
        : []),
    ];
  });
}

async function gather(request: LintRequest, system: System): Promise<{ gathered: Gathered; troubles: Trouble[] }> {
  const { given } = request;
  if (given) {
    const sources = new Sources(system.files, new Map([[given.path, given.text]]));
    const file = { path: given.path, named: true, boundary: '.' };
    const gathered = await gatherDeclarations([file], sources);
    return { gathered, troubles: gathered.troubles.map(fileTrouble) };
  }
  const tree = await gatherTree(request, system.files);
  const gathered = await gatherDeclarations(tree.files, new Sources(system.files));
  return { gathered, troubles: [...tree.troubles, ...gathered.troubles].map(fileTrouble) };
}

function fileTrouble({ path, what }: { readonly path: string; readonly what: string }): Trouble {
  return { kind: 'file', where: path, what };
}

/** The texts of all files that something was declared in, those that were only included too. */
async function openedSources({ files, sources }: Gathered, _graph: Graph): Promise<ReadonlyMap<string, SourceText>> {
  const opened = await sources.opened();
  return new Map([...opened, ...files.map(({ path, source }: ReadFile) => [path, source] as const)]);
}

/** Where a tree is walked from; a single file's folder stands for it, as for what it includes. */
function rootsOf({ paths, given }: LintRequest): readonly string[] {
  const named = given ? [given.path] : paths;
  return named.flatMap((path) => (isWithin('.', path) ? ['.'] : [path, directoryOf(path)]));
}

function placeText(places: Places, span: Parameters<Places['at']>[0]): string {
  const { file, line, column } = places.at(span);
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** A base file is read for itself and for its override: what is found in it is found twice. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, location }) => {
    const key = [rule, location.file, location.line, location.column].join('\n');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function distinctTroubles(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...new Map(troubles.map((trouble) => [JSON.stringify(trouble), trouble])).values()];
}

function coverageOf(gathered: Gathered, graph: Graph, undecided: Coverage['undecided']): Coverage {
  const byFormat: Record<string, number> = {};
  for (const format of gathered.files.map((file) => file.format).sort()) byFormat[format] = (byFormat[format] ?? 0) + 1;
  return {
    addresses: 0,
    excludedAddresses: 0,
    ports: [],
    probes: { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 },
    http: 0,
    other: 0,
    silent: 0,
    requests: 0,
    connections: 0,
    undecided,
    complete: true,
    files: {
      read: gathered.files.length,
      byFormat,
      processes: graph.running.length,
      services: graph.running.filter(({ view }) => view !== null).length,
    },
  };
}
