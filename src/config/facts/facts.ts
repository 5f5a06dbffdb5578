import type { Declared } from '../../model/declared.ts';
import { groupBy } from '../../model/group-by.ts';
import type { SettingTables } from '../../model/setting-table.ts';
import type { TlsTables } from '../../model/tls-table.ts';
import type { ClientSwitch } from '../deployment/declarations.ts';
import type { Door } from '../deployment/door.ts';
import { type Graph, isFar } from '../deployment/graph.ts';
import type { SourceText } from '../source/source-text.ts';
import { clientFacts } from './clients.ts';
import { serviceCredentials, variableCredentials } from './credentials.ts';
import { crossOriginFact, endpointFact } from './endpoints.ts';
import { authorityKeys, committedKeys, keyFileFacts } from './key-files.ts';
import type { Places } from './place.ts';
import { plainPasswords } from './plain-passwords.ts';
import { sentOnInTheClear } from './proxied.ts';
import { proxiedOrigins } from './proxied-origins.ts';
import { proxyPages } from './proxy-pages.ts';
import { bypass, openRoute } from './routes.ts';
import { serverTlsFacts } from './server-tls.ts';
import { settingFacts } from './settings.ts';
import { shownFiles } from './shown-files.ts';
import { tunnelFacts } from './tunnels.ts';
import { type GivenVariable, storeAddresses } from './variables.ts';

/** What facts are made from. */
export interface FactSources {
  readonly graph: Graph;
  readonly places: Places;
  /** Files that were read, for what stands in them whatever their format. */
  readonly texts: readonly SourceText[];
  readonly pedantic: boolean;
  readonly settings: SettingTables;
  /** Every variable, and who gets it. */
  readonly given: readonly GivenVariable[];
  /** What decides whether others are checked, variables among it. */
  readonly clients: readonly ClientSwitch[];
  /** Null: nothing that was read sets ciphers. */
  readonly tables: TlsTables | null;
  /** Files that settings name and that are not there, as `<naming file>\n<path>`. */
  readonly missing: ReadonlySet<string>;
}

/** From the graph to what rules are held against. One cause, one fact. */
export function factsOf({
  graph,
  places,
  texts,
  pedantic,
  settings,
  given,
  clients,
  tables,
  missing,
}: FactSources): readonly Declared[] {
  const scope = { pedantic, credentials: settings.credentials };
  const around = new Map<Door, Declared>();
  const doorsTo = groupBy(graph.doors, (door) => door.running);
  for (const routed of graph.routes) {
    // The way around the proxy.
    for (const door of (routed.running && doorsTo.get(routed.running)) ?? []) {
      if (!isFar(door.reach)) continue;
      const fact = around.has(door) ? null : bypass(routed, door, places);
      if (fact) around.set(door, fact);
    }
  }
  // Of several ways to a service the open one counts.
  const origins = new Map<Door['running'], Door>();
  for (const door of graph.doors)
    if (door.listener.main && (!origins.has(door.running) || door.auth === 'off')) origins.set(door.running, door);
  const direct = grouped(graph.doors.filter((door) => !around.has(door))).map((doors) =>
    endpointFact(doors, places, scope),
  );
  const routes = graph.routes.flatMap((routed) =>
    [openRoute, sentOnInTheClear].flatMap((fact) => fact(routed, places) ?? []),
  );
  const { modes, tls } = graph.declared;
  return distinct([
    ...direct,
    ...around.values(),
    ...[...origins.values()].flatMap((door) => crossOriginFact(door, places, scope) ?? []),
    ...proxiedOrigins(graph, places),
    ...routes,
    ...plainPasswords(graph, places),
    ...proxyPages(graph, places),
    ...settingFacts(graph, places),
    ...tunnelFacts(graph, places),
    ...serviceCredentials(graph, settings.credentials, places),
    ...variableCredentials([...given, ...storeAddresses(graph)], settings.credentials, places),
    ...clientFacts(clients, missing, shownFiles(graph), places),
    ...keyFileFacts(modes, places),
    ...authorityKeys(modes, places),
    ...committedKeys(texts, places),
    ...serverTlsFacts(tls, tables, places),
  ]);
}

/** Several ports of one service with the same verdict are one matter; of a datastore each is told. */
function grouped(doors: readonly Door[]): readonly [Door, ...Door[]][] {
  const groups = new Map<string, [Door, ...Door[]]>();
  for (const door of doors) {
    const each = door.running.view?.service.kind === 'datastore' ? `${door.anchor.file}:${door.anchor.start}` : '';
    const key = [door.running.process.id, isFar(door.reach), door.auth, door.way === 'tunnel', each].join('\n');
    const group = groups.get(key);
    if (!group) groups.set(key, [door]);
    else if (door.listener.main && !group[0].listener.main) group.unshift(door);
    else group.push(door);
  }
  return [...groups.values()];
}

/** Services that share an anchor, or a `.env`, lead to the same place again: once is enough. */
function distinct(facts: readonly Declared[]): readonly Declared[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    const { file, line, column } = fact.location;
    const about =
      fact.kind === 'setting' || fact.kind === 'client' || (fact.kind === 'credential' && fact.byDefault)
        ? fact.setting
        : fact.kind === 'keyfile'
          ? fact.beside
          : '';
    const key = [
      fact.kind,
      file,
      line,
      column,
      about,
      fact.kind === 'endpoint' ? `${fact.endpoint.auth.overall} ${fact.isDoor}` : '',
    ].join('\n');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
