/*
 * How secrets stand in a line of any format. A pattern has two groups: what comes before the secret and stays, and the
 * secret.
 */

/** Names of what holds one, whatever stands around these words. */
const NAME = String.raw`[\w.-]*(?:key|token(?!iz)|secret|pass(?:w(?:or)?d)?|pwd|credential|salt|auth)s?[\w.-]*|[\w.-]*pw|(?:[\w.-]*[_.-])?(?:psk|jwt|cookies?)|session|authorization|\.?docker(?:configjson|cfg)`;
/** Whether such a name may be in a text: a quick no for most lines. */
export const NAMED =
  /key|token|secret|pass|pwd|credential|salt|auth|pw\b|psk|jwt|cookie|session|docker(?:configjson|cfg)|\b(?:bearer|basic)\b|^\s*dns\s/i;

/** A name by itself; those of nginx that speak of no secret are none. */
const WORD = String.raw`(?<![\w./-])(?!(?:(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass|auth_basic)\s)(?:${NAME})`;
const WORD_OR_FLAG = String.raw`(?<![\w./])(?:${NAME})`;
/** May end a name, also where it stands in a string in a string. */
const Q = String.raw`\\?["'\x60]?`;
/** Up to the end of the line where the quote is not closed. `u"x"` and the like are Python's. */
export const QUOTED = String.raw`(?:(?<!\w)[bfru]{1,2})?(?:"""[^"]*(?:"""|$)|\'\'\'[^']*(?:\'\'\'|$)|\\?"[^"]*(?:"|$)|\\?'[^']*(?:'|$)|\x60[^\x60]*(?:\x60|$))`;
/** Brackets that end it may belong to what stands around it; those within are part of it. */
const BARE = String.raw`[^\s"'\x60]{2,}?(?=[,;)\]}]*(?:[\s"'\x60]|$))`;
/** What tells a secret from the next word of a sentence. */
const MIXED = String.raw`(?=\S*\d)(?=\S*[a-z])[^\s"'\x60]{4,}|[A-Za-z0-9+/_-]{16,}`;
/** An argument as a command line or a list of words has it. */
const ARGUMENT = String.raw`${Q}(?:\s*[,=]\s*|\s*)${Q}`;

export const SECRETS = [
  // `add_argument("--api-key", default="x")`
  String.raw`(${WORD_OR_FLAG}["'][^#]*?\bdefault\s*=\s*)(${QUOTED})`,
  // `--api-key x`, `["--api-key", "x"]`, `-token=x`
  String.raw`((?:^|[\s"'\x60([,])-{1,2}(?:${NAME})${Q}(?:\s*[:=,]\s*|\s+))(${QUOTED}|(?!\w+=)${BARE})`,
  // `<add key="Token" value="x"/>`, `<entry key="token">x<`, `<token>x<`
  String.raw`((?:key|name)=["'](?:${NAME})["'](?:\s+value=["']|\s*>))([^"'<]+)`,
  String.raw`(<(?!key>)(?:\w+:)?(?:${NAME})>)([^<]+)`,
  // `"PASSWORD=several words"`
  String.raw`((?<=(?<!:\s{0,2})["'])${WORD}=)([^"']+)(?=["'])`,
  // `password: several words`
  String.raw`(^\s*(?:-\s+)?["']?${WORD}["']?:\s+)(?![[{|>&*"'])(.+)$`,
  // `"X-Api-Key": ["x", "y"]`
  String.raw`(${WORD}["']?\s*[:=]\s*\[)([^\]]+)`,
  // `token: str = "x"`
  String.raw`(${WORD}\s*:\s*[\w.[\]| ]+?=\s*)(${QUOTED})`,
  // `password: x`, `PASSWORD=x`, `Authorization: Bearer x`, `environ["TOKEN"] = x`, `$http_x_api_key != x`
  String.raw`(${WORD}${Q}\]?\s*(?:===?|!==?|=>|:=|~\*?|[:=])\s*(?:[&!][\w!-]*\s+)?(?:(?:bearer|basic|token|apikey|key)\s+)?)(${QUOTED}|(?![[({]|[\w.]+\(["'\x60[{])${BARE})`,
  // `getenv("TOKEN", "x")`, `header("X-Api-Key", "x")`
  String.raw`(${WORD}${Q}\s*,\s*)((?:${QUOTED})(?!\s*:))`,
  // `const key = process.env.KEY || "x"`
  String.raw`(${WORD}[^,;]*?(?:\|\||\?\?|\bor)\s*)(${QUOTED})`,
  // `{ name: TOKEN, value: x }`
  String.raw`(\bname["']?\s*[:=]\s*["']?(?:${NAME})["']?\s*,\s*["']?value["']?\s*[:=]\s*)(${QUOTED}|${BARE})`,
  // `<key>TOKEN</key><string>x</string>`, `<string>--token</string><string>x</string>`
  String.raw`(<(?:key|string)>-{0,2}(?:${NAME})</(?:key|string)>\s*<string>)([^<]+)`,
  // `proxy_set_header X-Api-Key "x"`, `Bearer x`
  String.raw`((?:${WORD}|\b(?:bearer|basic))["']?\s+)(${QUOTED}|${MIXED})`,
  // `requirepass x`, `ENV API_KEY x`, `header_up X-Api-Key x`
  String.raw`(^\s*(?:[a-z_]+\s+){0,2}[$+-]?${WORD}\s+)([^\s"';]+)(?=\s*;?$)`,
  // `acl known req.hdr(X-Api-Key) -m str x`
  String.raw`((?:\bhttp_auth_bearer|\([^)\s]*(?:${NAME})[^)\s]*\))\s+(?:-\w+\s+(?:(?:str|beg|end|sub|reg)\s+)?)+)(?!found\b)(\S+)`,
  // `machine example.org login x password x`
  String.raw`(\blogin\s+\S+\s+password\s+)(${BARE})`,
  // `basic_auth { x x }`
  String.raw`(\bbasic_?auth\b[^{]*\{\s*[^\s#]+\s+)([^\s{}]+)`,
  // `dns cloudflare x` of Caddy
  String.raw`(^\s*dns\s+\w+\s+)([^\s{]+)$`,
].map(compiled);

/** `-p x`, `"-p", "x"`; `-px`, for a word behind it is none; either. */
const APART = String.raw`["']?[\s,=]+["']?`;
const ATTACHED = String.raw`(?=[^\s"',])`;
const EITHER = String.raw`["']?[\s,=]*["']?`;

/** What a program takes a secret as where no name says so; the words also as a list. */
export const COMMANDS = [
  optionOf('sshpass', '-p', EITHER),
  optionOf('useradd|usermod|snowsql|mongo(?:sh|dump|restore|export)?|cypher-shell|login', '-p', APART),
  optionOf(String.raw`(?:mysql|mariadb)[\w-]*|7z`, '-p', ATTACHED),
  optionOf('sqlcmd|zip|unzip', '-P', EITHER),
  optionOf('redis-cli', '-a', APART),
  optionOf('openssl', '-k', APART),
  optionOf('ssh-keygen', '-N', APART),
  String.raw`(\bcurl\s(?:.*\s)?(?:-E|--cert)\s+[^\s:]+:)(\S+)`,
  String.raw`(\bopenssl\s+passwd\s+(?:-\S+\s+)*)([^\s-]\S*)`,
  String.raw`(\bhtpasswd\s+-\w*b\w*\s+(?:\S+\s+)?\S+\s+)(${QUOTED}|\S+)`,
  String.raw`(\b(?:vault|wandb)\s+login\s+)([^\s-]\S*)`,
  String.raw`(\brabbitmqctl\s+(?:add_user|change_password)\s+\S+\s+)(${QUOTED}|\S+)`,
  String.raw`(\bmc\s+(?:alias\s+set|config\s+host\s+add)\s+\S+\s+\S+\s+\S+\s+)(${QUOTED}|\S+)`,
  String.raw`(\bcloudflared\s+service\s+install\s+)(\S+)`,
  String.raw`(\badd-authtoken\s+)(${QUOTED}|\S+)`,
  String.raw`(\bconfigure\s+set\s+(?:${NAME})\s+)(${QUOTED}|\S+)`,
  String.raw`(--from-literal[=\s]["']?[^=\s]+=)(${QUOTED}|${BARE})`,
  // `host:5432:database:user:x` of PostgreSQL
  String.raw`(^[^\s:#/]+:(?:\d+|\*):[^\s:/]+:[^\s:/]+:)(\S+)$`,
  // `user x on >x` of Redis
  String.raw`(\b(?:set)?user\s+\S+\s(?:.*\s)?>)(\S+)`,
  // `IDENTIFIED BY 'x'`
  String.raw`(\bidentified\s+(?:with\s+\S+\s+)?by\s+)(${QUOTED})`,
  String.raw`(\bConvertTo-SecureString\s+(?:-String\s+)?)(${QUOTED})`,
].map(compiled);

/** Without one of these words no pattern of `COMMANDS` finds anything. */
export const COMMANDED =
  /pass|user|snowsql|mongo|cypher|login|mysql|mariadb|7z|sqlcmd|zip|redis|openssl|ssh-|curl|vault|rabbit|\bmc\b|cloudflared|token|configure|literal|secure|identified|:(?:\d+|\*):/i;

/** `user:password`: the user's name stays unless it is the password. */
export const PAIRS = [
  String.raw`((?:^|[\s"'\x60([,])(?:-[uUca]|--(?:proxy-)?user|--[\w-]*auth)${ARGUMENT})([^\s"'\x60:,=/]+):([^\s"'\x60]+)`,
  // Also `://:x@`, `jdbc:oracle:thin:x/x@`
  String.raw`(:\/\/)([^\s/:"']{0,64}):([^\s"']{1,256}(?=@[\w.[\]-]+(?:[:/?,\s"']|$))|[^\s"'/]{1,256})(?=@)`,
  String.raw`(\bjdbc:oracle:\w+:)([^\s/:@"']{1,64})\/([^\s@"'/]{1,256})(?=@)`,
].map(compiled);

/** Before the bracket of a call, a tuple or an object about a login: every text in it may be one. */
export const ABOUT_LOGINS = compiled(
  String.raw`(?:(?<![\w./-])(?:[\w.-]*(?:auth(?!or)|passw|credential|login|api_?keys?|tokens|secrets)[\w.-]*|headers|cookies|users|[\w.]*compare_digest|[\w.]*timingSafeEqual)${Q}\s*[:=]?\s*|${WORD}\s+(?:not\s+)?in\s*|\bmap\s+\$(?:${NAME})\s+\$\w+\s*)(?=[[({])`,
);

/** What a line that names a secret compares with. */
export const COMPARED = compiled(String.raw`([=!]==?\s*|(?=${QUOTED}\s*[=!]==?))(${QUOTED})`);

/** A file that holds a secret, by its name (it ends so, lies in a folder, or is written to), and what reads one from a pipe. */
export const SECRET_FILE =
  /\.(?:key|pem|p12|pfx|jks|netrc|pgpass|htpasswd|git-credentials)(?![\w-])|(?:\/|>\s*["']?|\btee\s(?:-a\s)?["']?)[\w.-]*(?:key|id_(?:rsa|ed25519|ecdsa)|passw|secret|token)|\|\s*(?:sudo\s+)?(?:chpasswd|passwd)\b|--[\w-]*-stdin\b|--with-token\b|\bsudo\s+-S\b/i;
/** Text that is written to a file: `echo x`, `<<< x`, `write_text("x")`, `content: x`. */
export const WRITTEN = compiled(
  String.raw`(\b(?:echo|printf)\s+(?:-\w+\s+)*|<<<\s*|\.write(?:_text|_bytes)?\(\s*|\bcontent["']?\s*(?::\s*|=\s*(?=["'<])))((?:(?:${QUOTED}|[^\s"'\x60|&;<>,)]+)[ \t]*)+)`,
);

/** Words that hide nothing: switches, variables, paths, names of files, and URLs, which have patterns of their own. */
const HARMLESS =
  /^(?:(?:bearer|basic|token)\s+)?(?:true|false|yes|no|on|off|none|null|disabled?|enabled?|0|1|basic|bearer|optional|required|\$.*|\/.*|<.*|\{\{.*|\{[\w.>-]+\}|%.*|-.*|[a-z][a-z0-9+.-]*:\/\/.*|\S+\.(?:pem|key|crt|cer|cert|p12|pfx|jks|json|ya?ml|conf|txt|env|sh))$/i;
/** A key in base64 that begins like a path. */
const ENCODED = /^\/(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9+/]{19,}={0,2}$/;
/** What a variable is when nobody sets it: `${KEY:-x}`, `{{ key | default('x') }}`. */
export const FALLBACK = /^(\$\{\w+:?[-=]|\{\{.*\bdefault\(\s*["'])([^"'{}]+)(.*)$/;

/** Whether a word in the place of a secret is none. */
export function isHarmless(word: string): boolean {
  return HARMLESS.test(word) && !ENCODED.test(word);
}

function optionOf(programs: string, option: string, between: string): string {
  return String.raw`(\b(?:${programs})(?=[\s"'])(?:.*?[\s"'])?${option}${between})([^\s"',]+)`;
}

function compiled(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}
