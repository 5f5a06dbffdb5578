import { UNREADABLE_FORMAT } from '../config/gather-declarations.ts';
import type { ConfigurationFile } from '../host/configuration.ts';
import type { Judgement } from '../judge/judge.ts';
import type { Declared } from '../model/declared.ts';
import type { Deployable } from '../model/deploy.ts';
import type { Trouble } from '../model/result.ts';
import type { RuleBook } from '../model/rule.ts';
import type { Machine } from '../system/machine.ts';
import type { System } from '../system/ports.ts';
import type { CheckRequest } from './check-request.ts';
import { auditLint } from './lint.ts';
import { LINT_DEFAULTS } from './lint-request.ts';
import { setAside } from './set-aside.ts';

export interface CheckedConfiguration extends Judgement {
  readonly facts: readonly Declared[];
  readonly troubles: readonly Trouble[];
}

interface CheckParts {
  readonly request: CheckRequest;
  readonly catalogue: RuleBook;
  readonly services: readonly Deployable[];
  readonly machine: Machine;
}

/**
 * The configuration of this host, read by the linter: the same rules speak of it. What is found in files of a program
 * that neither runs nor starts with this host is set aside.
 */
export async function checkConfiguration(
  files: readonly ConfigurationFile[],
  parts: CheckParts,
  system: System,
): Promise<CheckedConfiguration> {
  const awake = files.filter(({ idle }) => idle === null);
  const asleep = files.filter(({ idle }) => idle !== null);
  const inEffect = await linted(awake, parts, system);
  // Apart from the rest: what does not run guards nothing and bypasses nothing.
  const { findings } = await linted(asleep, parts, system);
  const reasons = new Map(asleep.map(({ path, idle }) => [path, idle]));
  const elsewhere = new Set(awake.map(({ path }) => path));
  // What both include was judged with those that are in effect.
  const own = findings.filter(({ location }) => !elsewhere.has(location.file ?? ''));
  const idle = setAside(own, (path) => reasons.get(path) ?? 'what leads to it is not in effect');
  return { ...inEffect, findings: [...inEffect.findings, ...idle] };
}

async function linted(
  files: readonly ConfigurationFile[],
  { request, catalogue, services, machine }: CheckParts,
  system: System,
): Promise<CheckedConfiguration> {
  const readable = files.filter(({ text }) => text !== null).map(({ path }) => path);
  if (readable.length === 0) return { findings: [], undecided: [], facts: [], troubles: [] };
  const lint = {
    paths: readable,
    exclude: [],
    useGitignore: false,
    given: null,
    pedantic: false,
    useIgnores: true,
    failOn: request.failOn,
    maxFiles: LINT_DEFAULTS.maxFiles,
  };
  // The certificates of this host are looked at where they lie.
  const parts = { request: lint, catalogue, services, openRoots: null };
  const outcome = await auditLint(parts, { ...system, files: machine.files });
  const { findings, coverage, troubles } = outcome.document;
  // What lies beside the settings and is none was not asked for by anybody.
  const told = troubles.filter(({ what }) => what !== UNREADABLE_FORMAT);
  return { findings, undecided: coverage.undecided, facts: outcome.facts, troubles: told };
}
