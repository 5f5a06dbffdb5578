import { type Json, parsedJson, record } from '../json.ts';
import { SILENT } from './iptables.ts';
import { nftCondition, nftValueIn, type Sets } from './nft-condition.ts';
import {
  type Chain,
  type FirewallRule,
  type Hook,
  holdsAll,
  type Ruleset,
  type Target,
  type Translation,
} from './ruleset.ts';

/*
 * The output of `nft -j list ruleset`. Source: libnftables-json(5).
 */

const HOOKS: readonly string[] = ['prerouting', 'input', 'forward'];

/** Null when the text is no ruleset. `foreign`: rules of iptables are in it, which nft shows by name only. */
export function readNft(text: string): (Ruleset & { readonly foreign: boolean }) | null {
  const objects = objectsOf(text);
  if (objects === null) return null;
  const sets: Sets = new Map(
    objects.flatMap(({ set, map }) => {
      const { family, table, name, elem } = record(set ?? map);
      return typeof name === 'string' ? [[`${family} ${table} ${name}`, list(elem)] as const] : [];
    }),
  );
  const rules = new Map<string, Json[]>();
  for (const { rule } of objects) {
    const { family, table, chain, expr } = record(rule);
    const name = `${family} ${table} ${chain}`;
    if (chain !== undefined) rules.set(name, [...(rules.get(name) ?? []), { expr, table: `${family} ${table}` }]);
  }
  // What this host rewrites of its own packets nobody else gets.
  const outgoing = new Set(
    objects.flatMap(({ chain }) => {
      const { family, table, name, hook } = record(chain);
      return hook === 'output' ? [`${family} ${table} ${name}`] : [];
    }),
  );
  const chains = objects.flatMap(({ chain }) => chainOf(record(chain), rules, sets));
  return {
    chains,
    translations: [...rules].flatMap(([chain, own]) =>
      outgoing.has(chain) ? [] : own.flatMap((rule) => translationOf(list(rule.expr))),
    ),
    foreign: [...rules.values()].flat().some(isForeign),
  };
}

function chainOf(chain: Json, rules: ReadonlyMap<string, readonly Json[]>, sets: Sets): Chain[] {
  const { family, table, name, hook, type, policy, prio } = chain;
  if (typeof name !== 'string') return [];
  const full = `${family} ${table} ${name}`;
  const isBase = type === 'filter' && HOOKS.includes(String(hook));
  return [
    {
      name: full,
      base: isBase
        ? { hook: hook as Hook, priority: Number(prio ?? 0), policy: policy === 'drop' ? 'drop' : 'accept' }
        : null,
      family: family === 'ip' ? 4 : family === 'ip6' ? 6 : 'both',
      rules: (rules.get(full) ?? []).map((rule) => ruleOf(list(rule.expr), `${family} ${table}`, sets)),
    },
  ];
}

/** A rule's statements in order: conditions, then what to do. */
function ruleOf(statements: readonly unknown[], table: string, sets: Sets): FirewallRule {
  const conditions = statements.flatMap((statement) => nftCondition(record(statement), table, sets) ?? []);
  const target = statements.map((statement) => targetOf(record(statement), table, sets)).find((one) => one !== null);
  return { holds: (packet) => holdsAll(conditions.map((condition) => condition(packet))), target: target ?? null };
}

function targetOf(statement: Json, table: string, sets: Sets): FirewallRule['target'] {
  const simple = simpleTarget(statement, table);
  if (simple !== null) return simple;
  if ('queue' in statement || 'tproxy' in statement) return { kind: 'unknown' };
  const { type, name } = record(statement.xt);
  if (type === 'target' && !SILENT.has(String(name))) return { kind: 'unknown' };
  if (!('vmap' in statement)) return null;
  const { key, data } = record(statement.vmap);
  const entries = entriesOf(data, table, sets);
  if (entries === null) return { kind: 'unknown' };
  return (packet) => {
    for (const entry of entries) {
      const [value, verdict] = list(entry);
      const answer = nftValueIn(record(key), value, table, sets)(packet);
      if (answer === 'yes') return simpleTarget(record(verdict), table);
      if (answer === 'unknown') return { kind: 'unknown' };
    }
    return null;
  };
}

/** Of a map that is written out, or of one with a name; null for a name that is not there. */
function entriesOf(data: unknown, table: string, sets: Sets): readonly unknown[] | null {
  if (typeof data !== 'string') return list(record(data).set ?? data);
  return sets.get(`${table} ${data.slice(1)}`) ?? null;
}

function simpleTarget(statement: Json, table: string): Target | null {
  if ('accept' in statement) return { kind: 'accept' };
  if ('drop' in statement || 'reject' in statement) return { kind: 'drop' };
  if ('return' in statement) return { kind: 'return' };
  for (const kind of ['jump', 'goto'] as const) {
    if (kind in statement) return { kind, chain: `${table} ${record(statement[kind]).target}` };
  }
  return null;
}

/** `tcp dport 11434 … dnat to 172.17.0.2:11434` */
function translationOf(statements: readonly unknown[]): Translation[] {
  const dnat = statements.map((statement) => record(statement).dnat).find((found) => found !== undefined);
  const { addr, port } = record(dnat);
  if (typeof addr !== 'string') return [];
  let hostPort: number | null = null;
  let hostAddress: string | null = null;
  for (const statement of statements) {
    const { left, right, op } = record(record(statement).match);
    const { field } = record(record(left).payload);
    if (op === '==' && field === 'dport' && typeof right === 'number') hostPort = right;
    if (op === '==' && field === 'daddr' && typeof right === 'string') hostAddress = right;
  }
  if (hostPort === null) return [];
  return [{ hostAddress, hostPort, address: addr, port: typeof port === 'number' ? port : hostPort }];
}

function isForeign(rule: Json): boolean {
  return list(rule.expr).some((statement) => 'xt' in record(statement));
}

function objectsOf(text: string): Json[] | null {
  const { nftables } = record(parsedJson(text));
  return Array.isArray(nftables) ? nftables.map(record) : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
