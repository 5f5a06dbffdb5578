/*
 * Lines are shown with findings and kept with results. What looks like a secret is struck out whatever the finding is
 * about, because the same line may hold one. A word too many struck out costs a little; a secret left in costs more.
 */

const NAME = String.raw`[\w.-]*(?:key|token(?!iz)|secret|pass(?:w(?:or)?d)?|pwd|credential|salt|auth)s?[\w.-]*|authorization`;
/** A word by itself; those of nginx that speak of no secret are none. */
const WORD = String.raw`(?<![\w./-])(?!(?:(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass|auth_basic)\s)(?:${NAME})`;
/** Up to the end of the line where the quote is not closed. */
const QUOTED = `"[^"]*(?:"|$)|'[^']*(?:'|$)`;
/** Brackets that end it may belong to what stands around it; those within are part of it. */
const BARE = String.raw`[^\s"']{2,}?(?=[,;)\]}]*(?:[\s"']|$))`;
/** What tells a secret from the next word of a sentence. */
const MIXED = String.raw`(?=\S*\d)(?=\S*[a-z])[^\s"']{4,}|[A-Za-z0-9+/_-]{16,}`;

const PATTERNS = [
  // `--api-key x`, `["--api-key", "x"]`, `-token=x`
  `((?:^|[\\s"'([,])-{1,2}(?:${NAME})["']?(?:\\s*[:=,]\\s*|\\s+))(${QUOTED}|${BARE})`,
  // `password: several words`
  `(^\\s*(?:-\\s+)?["']?${WORD}["']?:\\s+)(?![[{|>&*"'])(.+)$`,
  // `password: x`, `PASSWORD=x`, `Authorization: Bearer x`
  `(${WORD}["']?\\s*[:=]\\s*(?:(?:bearer|basic|token)\\s+)?)(${QUOTED}|${BARE})`,
  // `proxy_set_header X-Api-Key "x"`, `Bearer x`
  `((?:${WORD}|\\b(?:bearer|basic))["']?\\s+)(${QUOTED}|${MIXED})`,
  // `requirepass x`
  `(^\\s*${WORD}\\s+)([^\\s"';]+)(?=\\s*;?$)`,
  // `curl -u user:x`
  `(\\s(?:-u|--user)[\\s=]\\s*["']?[^\\s:"']+:)([^\\s"']+)`,
].map((pattern) => new RegExp(pattern, 'gi'));
const IN_URL = /(:\/\/[^\s/:@"']{0,64}:)([^\s@"'/]{1,256})@/g;
const IN_QUERY = /([?&][\w.-]*(?:key|token|secret|sig|signature|password)=)[^\s&"'#]+/gi;
const SHAPED = /\b(sk-|hf_|ghp_|gho_|github_pat_|xox[a-z]-|AKIA|AIza|glpat-|eyJ)[A-Za-z0-9_\-.]{6,}/g;
/** As crypt(3) and htpasswd write them. */
const HASH = /(\$(?:2[abxy]|apr1|[1567y]|argon2\w*)\$)[^\s"',;]{4,}/g;
/** Words that hide nothing: switches, variables, paths, names of files, and URLs, which have patterns of their own. */
const HARMLESS =
  /^(?:(?:bearer|basic|token)\s+)?(?:true|false|yes|no|on|off|none|null|disabled?|enabled?|0|1|basic|bearer|optional|required|\$.*|\/.*|<.*|\{\{.*|%.*|-.*|[a-z][a-z0-9+.-]*:\/\/.*|\S+\.(?:pem|key|crt|cer|cert|p12|pfx|jks|json|ya?ml|conf|txt|env|sh))$/i;

const LONGEST = 400;

/** The line, cut where it is long. */
export function withoutSecrets(line: string): string {
  return PATTERNS.reduce(strike, line.slice(0, LONGEST))
    .replace(IN_URL, (_all, head: string, password: string) => `${head}${password.startsWith('$') ? password : '***'}@`)
    .replace(IN_QUERY, (_all, head: string) => `${head}***`)
    .replace(HASH, (_all, head: string) => `${head}***`)
    .replace(SHAPED, (_all, head: string) => `${head}***`);
}

function strike(line: string, pattern: RegExp): string {
  return line.replace(pattern, (all, head: string, value: string) => {
    const [, quote = '', inner = '', closing = ''] = /^(["']?)(.*?)(["']?)$/.exec(value) ?? [];
    return HARMLESS.test(inner) ? all : `${head}${quote}***${closing}`;
  });
}
