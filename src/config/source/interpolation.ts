import type { Span } from '../../model/span.ts';
import type { Value } from '../deployment/value.ts';

/** A text with its place: unit i of it stands at `offset(i)` of the file. */
export interface PlacedText {
  readonly text: string;
  readonly file: string;
  offset(index: number): number;
}

/** What a name stands for where the text is used; undefined when nobody says. */
export type Lookup = (name: string) => Value | undefined;

const DEEPEST = 8;
/** Longer results are no configuration; a bomb of defaults ends here. */
const LONGEST = 4096;
/** Nobody follows a value through more places. */
const MOST_PLACES = 8;

/**
 * Fills `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:?m}`, `${X:+a}` and `$$` as Compose, systemd's cousins and dotenv do.
 * A name that nobody sets and that has no default leaves the value unresolved.
 */
export function interpolate(placed: PlacedText, lookup: Lookup): Value {
  const span: Span = { file: placed.file, start: placed.offset(0), end: placed.offset(placed.text.length) };
  if (!placed.text.includes('$')) return { kind: 'explicit', text: placed.text, span, via: [] };
  const result = expand(placed.text, lookup, 0);
  const { text, via, missing } = result;
  if (missing.length > 0) {
    return { kind: 'unresolved', text: placed.text, span, via, why: `${missing[0]} is not set in any file` };
  }
  return { kind: result.byDefault ? 'default' : 'explicit', text, span, via };
}

interface Expansion {
  text: string;
  via: Span[];
  missing: string[];
  byDefault: boolean;
}

function expand(text: string, lookup: Lookup, depth: number): Expansion {
  const out: Expansion = { text: '', via: [], missing: [], byDefault: false };
  let at = 0;
  while (at < text.length && out.text.length < LONGEST) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) {
      out.text += text.slice(at);
      break;
    }
    out.text += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      out.text += '$';
      at = dollar + 2;
    } else if (next === '{') {
      const end = closing(text, dollar + 1);
      if (end === -1 || depth > DEEPEST) {
        out.text += text.slice(dollar);
        break;
      }
      braced(text.slice(dollar + 2, end), lookup, depth, out);
      at = end + 1;
    } else {
      const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(dollar + 1, dollar + 256))?.[0];
      if (name === undefined) {
        out.text += '$';
        at = dollar + 1;
      } else {
        substitute(name, lookup, out);
        at = dollar + 1 + name.length;
      }
    }
  }
  return out;
}

/** The index of the brace that closes the one at `open`. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function braced(inside: string, lookup: Lookup, depth: number, out: Expansion): void {
  const [, name = '', operator = '', rest = ''] =
    /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?$/.exec(inside) ?? [];
  if (name === '') {
    foreign(inside, lookup, out);
    return;
  }
  const value = lookup(name);
  const empty = value === undefined || (operator.startsWith(':') && value.kind !== 'unresolved' && value.text === '');
  const kind = operator.slice(-1);
  if (kind === '-' && empty) append(out, expand(rest, lookup, depth + 1), true);
  else if (kind === '+' && empty) out.byDefault = true;
  else if (kind === '+') append(out, expand(rest, lookup, depth + 1), false);
  else substitute(name, lookup, out);
}

/** `${X:true}` of Spring and its kin; of what another template language says nothing is known. */
function foreign(inside: string, lookup: Lookup, out: Expansion): void {
  const [, name, fallback = ''] = /^([A-Za-z_][\w.]*):(.*)$/s.exec(inside) ?? [];
  if (name === undefined) out.missing.push(inside.slice(0, 40));
  else if (lookup(name) !== undefined) substitute(name, lookup, out);
  else {
    out.text += fallback;
    out.byDefault = true;
  }
}

function substitute(name: string, lookup: Lookup, out: Expansion): void {
  const value = lookup(name);
  if (value === undefined) out.missing.push(name);
  else if (value.kind === 'unresolved') out.missing.push(name);
  else {
    out.text += value.text.slice(0, LONGEST);
    out.via.push(...[value.span, ...value.via].slice(0, Math.max(0, MOST_PLACES - out.via.length)));
    if (value.kind === 'default') out.byDefault = true;
  }
}

function append(out: Expansion, more: Expansion, byDefault: boolean): void {
  out.text += more.text;
  out.via.push(...more.via.slice(0, Math.max(0, MOST_PLACES - out.via.length)));
  out.missing.push(...more.missing.slice(0, MOST_PLACES));
  out.byDefault ||= byDefault || more.byDefault;
}
