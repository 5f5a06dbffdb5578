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

export interface CheckedConfiguration extends Judgement {
  readonly facts: readonly Declared[];
  readonly troubles: readonly Trouble[];
}

/** The configuration in effect, read by the linter: the same rules speak of it. */
export async function checkConfiguration(
  files: readonly ConfigurationFile[],
  {
    request,
    catalogue,
    services,
    machine,
  }: {
    readonly request: CheckRequest;
    readonly catalogue: RuleBook;
    readonly services: readonly Deployable[];
    readonly machine: Machine;
  },
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
  const outcome = await auditLint({ request: lint, catalogue, services }, { ...system, files: machine.files });
  const { findings, coverage, troubles } = outcome.document;
  // What lies beside the settings and is none was not asked for by anybody.
  const told = troubles.filter(({ what }) => what !== UNREADABLE_FORMAT);
  return { findings, undecided: coverage.undecided, facts: outcome.facts, troubles: told };
}
