import type { TlsSwitches } from '../../model/setting-table.ts';
import type { ClientSwitch, Variable } from '../deployment/declarations.ts';
import type { Graph } from '../deployment/graph.ts';
import type { RunningProcess } from '../deployment/running.ts';
import { known } from '../deployment/value.ts';
import { clientSwitch } from '../services/client-switches.ts';
import { writtenAt } from './credentials.ts';
import { shownFiles } from './shown-files.ts';

/** A variable and who gets it. */
export interface GivenVariable {
  readonly variable: Variable;
  /** Null: no process is seen to get it. */
  readonly running: RunningProcess | null;
  readonly exposed: boolean | null;
  /** It stands in an example that nobody copies. */
  readonly example: boolean;
}

/** Every variable of every process, and what stands in files that no process is seen to read: variables and credentials. */
export function givenVariables(graph: Graph): readonly GivenVariable[] {
  const isShownFile = shownFiles(graph);
  const isShown = ({ value }: Variable): boolean => isShownFile(writtenAt(value).file);
  const given = graph.running.flatMap((running) => {
    const exposed = graph.exposed.get(running) ?? null;
    return running.process.environment.map((variable) => ({
      variable,
      running,
      exposed,
      example: running.process.example || isShown(variable),
    }));
  });
  const seen = new Set(given.map(({ variable }) => placeKey(variable)));
  const { variables, credentials } = graph.declared;
  const others = [...variables, ...credentials.map(({ setting, value }) => ({ name: setting, value }))]
    .filter((variable) => !seen.has(placeKey(variable)))
    .map((variable) => ({ variable, running: null, exposed: null, example: isShown(variable) }));
  return [...given, ...others];
}

/** Settings of files that say where a store is: one with a password in it holds a secret, whatever it is called. */
export function storeAddresses(graph: Graph): readonly GivenVariable[] {
  const isShown = shownFiles(graph);
  const all = graph.declared.settings.filter(({ value }) => STORE.test(known(value) ?? ''));
  const variables = all.map(({ setting, value }) => ({ name: setting, value }));
  return [...new Map(variables.map((variable) => [placeKey(variable), variable])).values()].map((variable) => ({
    variable,
    running: null,
    exposed: null,
    example: isShown(writtenAt(variable.value).file),
  }));
}

const STORE = /^["']?(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|clickhouse)(?:\+\w+)*:\/\//i;

function placeKey({ name, value }: Variable): string {
  const { file, start } = writtenAt(value);
  return `${name}\n${file}\n${start}`;
}

/** Variables that decide whether certificates are checked. */
export function variableSwitches(given: readonly GivenVariable[], switches: TlsSwitches): readonly ClientSwitch[] {
  return given.flatMap(({ variable: { name, value } }) => clientSwitch(name, value, switches) ?? []);
}
