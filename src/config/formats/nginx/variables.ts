import { type Caller, callerHeader, callerSecret, ORDINARY_NAME } from '../../gates/caller.ts';
import { named } from './scope.ts';
import type { Directive } from './syntax.ts';

/** `free`: the caller may choose it. `unknown`: it is made where nobody can see. */
export type Known = { readonly text: string } | 'free' | 'unknown';

export interface VariableMap {
  readonly kind: 'map' | 'geo';
  readonly source: string;
  readonly entries: readonly Directive[];
}

/** What does not depend on the request. */
export interface World {
  readonly maps: ReadonlyMap<string, VariableMap>;
  readonly upstreams: ReadonlyMap<string, Directive>;
  /** Runs a pattern; undefined where it cannot be. */
  readonly found: (pattern: string, text: string, ignoreCase: boolean) => boolean | undefined;
}

/** One request on its way through the file. */
export interface Request {
  readonly caller: Caller;
  readonly world: World;
  readonly path: string;
  readonly tls: boolean;
  /** What `set` has set so far. */
  readonly set: Map<string, Known>;
}

const NAME = /\$(?:\{(\w+)\}|(\w+))/g;
/** envsubst fills these before nginx starts: a certain text, but not known here. */
const TEMPLATE = /^[A-Z][A-Z0-9_]*$/;
const DEEPEST = 6;

export function isTemplateName(name: string): boolean {
  return TEMPLATE.test(name);
}

export function expand(text: string, request: Request, depth = 0): Known {
  let doubt: 'free' | 'unknown' | null = null;
  const filled = text.replaceAll(NAME, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    if (/^\d+$/.test(name)) return whole;
    const value = variable(name, request, depth);
    if (value === 'free') doubt ??= 'free';
    else if (value === 'unknown') doubt = 'unknown';
    else return value.text;
    return whole;
  });
  return doubt ?? { text: filled };
}

export function variable(name: string, request: Request, depth = 0): Known {
  const set = request.set.get(name);
  if (set) return set;
  if (isTemplateName(name)) return { text: `filled-in-for-${name}` };
  const map = request.world.maps.get(name);
  if (map) return depth > DEEPEST ? 'unknown' : mapped(map, request, depth + 1);
  return ofRequest(name, request);
}

const FREE =
  /^(host|http_host|server_name|args|query_string|is_args|remote_port|content_(type|length)|sent_.*|time_.*|msec|request_id|http_user_agent|http_referer|http_origin|http_accept.*|http_content.*)$/;

function ofRequest(name: string, { caller, path, tls }: Request): Known {
  if (name === 'uri' || name === 'request_uri' || name === 'document_uri') return { text: `${path}${ORDINARY_NAME}` };
  if (name === 'request_method') return { text: caller.method };
  if (name === 'scheme') return { text: tls ? 'https' : 'http' };
  if (name === 'https') return { text: tls ? 'on' : '' };
  if (name === 'http_x_forwarded_proto') return { text: 'https' };
  if (FREE.test(name)) return 'free';
  if (name.startsWith('http_')) {
    const text = callerHeader(caller, name.slice(5).replaceAll('_', '-'));
    return text === undefined ? 'free' : { text };
  }
  if (/^(cookie|arg)_/.test(name)) return { text: callerSecret(caller) };
  if (name === 'remote_user') return { text: '' };
  if (name === 'ssl_client_verify') return { text: 'NONE' };
  if (/^ssl_client_/.test(name)) return { text: '' };
  if (/^(remote_addr|binary_remote_addr|realip_remote_addr)$/.test(name)) return { text: STRANGER };
  return 'unknown';
}

/** TEST-NET-3 (RFC 5737): nobody's address, so on nobody's list. */
const STRANGER = '203.0.113.77';

function mapped({ kind, source, entries }: VariableMap, request: Request, depth: number): Known {
  const fallback = given(entries, 'default') ?? '';
  // A stranger's address is on no list but one that holds everybody.
  if (kind === 'geo') return expand(given(entries, '0.0.0.0/0') ?? fallback, request, depth);
  const from = expand(source, request, depth);
  if (from === 'unknown' || from === 'free') {
    return entries.every(({ args }) => args[0]?.text === fallback) ? { text: fallback } : from;
  }
  const { exact, templates, patterns } = indexed(entries);
  const text = from.text.toLowerCase();
  const hit = exact.get(text) ?? templates.find(({ name }) => keyOf(name, request, depth) === text);
  if (hit) return expand(hit.args[0]?.text ?? '', request, depth);
  for (const entry of patterns) {
    const ignoreCase = entry.name.startsWith('~*');
    const matched = request.world.found(withTemplates(entry.name.slice(ignoreCase ? 2 : 1)), from.text, ignoreCase);
    if (matched === undefined) return 'unknown';
    if (matched) return expand(entry.args[0]?.text ?? '', request, depth);
  }
  return expand(fallback, request, depth);
}

function keyOf(name: string, request: Request, depth: number): string | null {
  const key = expand(name.replace(/^\\/, ''), request, depth);
  return typeof key === 'string' ? null : key.text.toLowerCase();
}

interface MapIndex {
  /** Keys as they are, in lower case. */
  readonly exact: ReadonlyMap<string, Directive>;
  readonly templates: readonly Directive[];
  readonly patterns: readonly Directive[];
}

const indexes = new WeakMap<readonly Directive[], MapIndex>();
/** More patterns, or keys that a template fills, are no list of keys. */
const MOST_TRIED = 100;

function indexed(entries: readonly Directive[]): MapIndex {
  const known = indexes.get(entries);
  if (known) return known;
  const ordinary = entries.filter(({ name }) => !SPECIAL.has(name) && !name.startsWith('~'));
  const plain = ordinary.filter(({ name }) => !name.includes('$'));
  const made: MapIndex = {
    exact: new Map(plain.map((entry) => [entry.name.replace(/^\\/, '').toLowerCase(), entry])),
    templates: ordinary.filter(({ name }) => name.includes('$')).slice(0, MOST_TRIED),
    patterns: entries.filter(({ name }) => name.startsWith('~')).slice(0, MOST_TRIED),
  };
  indexes.set(entries, made);
  return made;
}

function given(entries: readonly Directive[], name: string): string | undefined {
  return named(entries, name)[0]?.args[0]?.text;
}

const SPECIAL = new Set(['default', 'hostnames', 'volatile', 'include']);

/** A template's placeholder in a pattern stands for a certain text. */
export function withTemplates(pattern: string): string {
  return pattern.replaceAll(NAME, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    return isTemplateName(name) ? `filled-in-for-${name}` : whole;
  });
}
