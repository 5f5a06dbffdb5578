import { type KnownSecrets, withoutValues } from './known-secrets.ts';
import {
  ABOUT_LOGINS,
  COMMANDED,
  COMMANDS,
  COMPARED,
  FALLBACK,
  isHarmless,
  NAMED,
  PAIRS,
  QUOTED,
  SECRET_FILE,
  SECRETS,
  WRITTEN,
} from './secret-patterns.ts';

/*
 * Lines are shown with findings and kept with results. What looks like a secret is struck out whatever the finding is
 * about, because the same line may hold one. A word too many struck out costs a little; a secret left in costs more.
 */

/** `printf 'API_KEY=%s\n' x`: what a place is filled with stands behind the format. */
const PRINTED = new RegExp(
  String.raw`(\bprintf\s+(?:--\s+)?)("[^"]*"|'[^']*')((?:\s+(?:${QUOTED}|[^\s"'|&;<>\\]+))+)`,
  'gi',
);
const WORDS = new RegExp(String.raw`${QUOTED}|[^\s"'\x60]+`, 'gi');
const TEXTS = new RegExp(QUOTED, 'gi');
const PRIVATE_KEY = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?:(?!-----END).)+/g;
/** Of the web a name alone is a token as often as not: `https://x@github.com`. */
const LONE_USER = /(\bhttps?:\/\/)[^\s/:@"']+(?=@)/gi;
/** Whoever knows the path may write. */
const WEBHOOK =
  /(hooks\.slack\.com\/(?:services|workflows)\/|discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|\.webhook\.office\.com\/)[^\s"'`]+/gi;
const IN_QUERY = /([?&][\w.-]*(?:key|token|secret|sig|signature|password)=)[^\s&"'#]+/gi;
const SHAPED = /\b(sk-|hf_|ghp_|gho_|github_pat_|xox[a-z]-|AKIA|AIza|glpat-|eyJ)[A-Za-z0-9_\-.]{6,}/g;
/** As crypt(3) and htpasswd write them, and the base64 of these that Caddy took. */
const HASH = /(\$(?:2[abxy]|apr1|[1567y]|argon2\w*)\$|\bJDJ[a-z0-9])[^\s"',;]{4,}/g;
const LONGEST = 400;
/** Of a longer line this much is looked at for what is known: a secret that is cut in two would be no known one. */
const LOOKED_AT = 4 * LONGEST;
/** A URL whose end is cut off: whether it held a password stood behind the cut. */
const CUT_URL = /(:\/\/|\bjdbc:oracle:\w+:[^\s/]*\/)[^\s/@"']+$/;

/** A long line without any of this is shown whole: the patterns would take their time. */
const MAY_HIDE = new RegExp(`${NAMED.source}|${COMMANDED.source}|@|\\$\\d|-----|eyJ|[A-Za-z0-9+/_-]{20}`, 'i');
/** Of an encoded key, of a text that is written to a file: what no line around it tells from a secret. */
const LONE_WORD = /^\s*(?:-\s+)?["']?[\w+/=-]{6,}["']?\s*$|PRIVATE KEY-----|\bcontents?["']?\s*[:=]/;

/** A line of a file for a preview of its change; whole, unless it is long and may hold secrets. */
export function previewed(line: string, known: KnownSecrets): { readonly text: string; readonly asContext: boolean } {
  const isPlain = line.length > LONGEST && !MAY_HIDE.test(line) && withoutValues(line, known) === line;
  const text = isPlain ? line : withoutSecrets(line, known);
  return { text, asContext: text === line && !LONE_WORD.test(line) };
}

/** The line, cut where it is long. `known`: what the files give as secrets elsewhere. */
export function withoutSecrets(line: string, known?: KnownSecrets): string {
  return struckOut(cut(line, known), known);
}

function cut(line: string, known: KnownSecrets | undefined): string {
  if (line.length <= LONGEST) return line;
  return withoutValues(line.slice(0, LOOKED_AT), NONE, known).slice(0, LONGEST).replace(CUT_URL, '$1***');
}

const NONE: ReadonlySet<string> = new Set();

/** `secret`: what is known to be one. */
function struckOut(line: string, known: KnownSecrets | undefined, secret = ''): string {
  const struck = new Set([secret]);
  const strike = (value: string): string => {
    const [, quote = '', inner = '', closing = ''] = /^((?:[bfru]{0,2}\\?["'`])?)(.*?)(\\?["'`]?)$/i.exec(value) ?? [];
    const [, before, fallback = '', after] = FALLBACK.exec(inner) ?? [];
    if (before !== undefined && fallback !== '***' && !isHarmless(fallback)) {
      struck.add(fallback);
      return `${quote}${before}***${after}${closing}`;
    }
    if (inner === '' || inner === '***' || isHarmless(inner)) return value;
    struck.add(inner);
    return `${quote}***${closing}`;
  };
  const one = (text: string, pattern: RegExp): string =>
    text.replace(pattern, (_all, head: string, value: string) => head + strike(value));
  const written = SECRET_FILE.test(line)
    ? printed(line).replace(WRITTEN, (_all, head: string, words: string) => head + pieces(words, WORDS, strike))
    : printed(line);
  const patterns = [...(NAMED.test(line) ? SECRETS : []), ...(COMMANDED.test(line) ? COMMANDS : [])];
  const shown = bracketed(patterns.reduce(one, PAIRS.reduce(pairs(strike), written)), ABOUT_LOGINS, strike);
  return withoutValues(NAMED.test(line) ? one(shown, COMPARED) : shown, struck, known)
    .replace(PRIVATE_KEY, '$1***')
    .replace(LONE_USER, '$1***')
    .replace(WEBHOOK, '$1***')
    .replace(IN_QUERY, (_all, head: string) => `${head}***`)
    .replace(HASH, (_all, head: string) => `${head}***`)
    .replace(SHAPED, (_all, head: string) => `${head}***`);
}

/** As `withoutSecrets`; what is at that place of the line is known to be one. */
export function withoutSecretAt(line: string, column: number, secret: string, known?: KnownSecrets): string {
  const from = line.indexOf(secret, column);
  // Of a URL all but the password may be seen.
  const struck =
    secret === '' || from === -1 || WITH_USER.test(secret)
      ? line
      : `${line.slice(0, from)}***${line.slice(from + secret.length)}`;
  return struckOut(cut(struck, known), known, secret);
}

const WITH_USER = /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*@/i;

function printed(line: string): string {
  return line.replace(PRINTED, (all, head: string, format: string, words: string) => {
    if (!format.includes('%') || !NAMED.test(format)) return all;
    const shown = words.replace(/"[^"]*"?|'[^']*'?|[^\s"']+/g, (word) => (isHarmless(word) ? word : '***'));
    return head + format + shown;
  });
}

/** What stands in brackets behind a pattern, up to the one that closes it; names of members stay. */
function bracketed(line: string, pattern: RegExp, strike: (value: string) => string): string {
  let shown = '';
  let done = 0;
  for (const { 0: head, index } of line.matchAll(pattern)) {
    const from = index + head.length;
    if (from < done) continue;
    const text = line.slice(from, closing(line, from));
    shown +=
      line.slice(done, from) +
      pieces(text, TEXTS, (text, after) => (/^\s*[:=](?!=)/.test(after) ? text : strike(text)));
    done = from + text.length;
  }
  return shown + line.slice(done);
}

function pieces(text: string, pattern: RegExp, shown: (piece: string, after: string) => string): string {
  return text.replace(pattern, (piece, at: number) => shown(piece, text.slice(at + piece.length)));
}

/** Behind the bracket that closes the one at `from`. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (/[([{]/.test(text[at] ?? '')) depth += 1;
    else if (/[)\]}]/.test(text[at] ?? '') && --depth === 0) return at + 1;
  }
  return text.length;
}

function pairs(strike: (value: string) => string) {
  return (line: string, pattern: RegExp): string =>
    line.replace(pattern, (all, head: string, user: string, password: string) => {
      // `-u 1000:1000` is no login.
      if (/^\d+$/.test(user + password) || isHarmless(password)) return all;
      const sign = all[head.length + user.length];
      return `${head}${user === password ? '***' : user}${sign}${strike(password)}`;
    });
}
