import { didYouMean } from '../../../model/nearest.ts';

/*
 * What may begin a line of an HAProxy configuration, section by section: all that the parser of any release since 1.5
 * took (github.com/haproxy/haproxy: `CFG_GLOBAL` and `CFG_LISTEN` lists, and `cfg_parse_*`, v1.5.0 to v3.4.0). What none
 * of them took is refused with `unknown keyword`, and the file with it.
 */

const PROXY = words(`
  acl appsession backlog balance be-unpublished bind bind-process block capture cliexp clitcpka-cnt clitcpka-idle
  clitcpka-intvl clitimeout compression contimeout cookie declare default-server default_backend description
  disabled dispatch dynamic-cookie-key email-alert enabled error-log-format errorfile errorfiles errorloc
  errorloc302 errorloc303 external-check filter filter-sequence force-be-switch force-persist fullconn grace guid
  hash-balance-factor hash-preserve-affinity hash-type http-after-response http-check http-error http-request
  http-response http-reuse http-send-name-header id ignore-persist load-server-state-from-file log log-format
  log-format-sd log-steps log-tag max-keep-alive-queue max-session-srv-conns maxconn mode monitor monitor-net
  monitor-uri option persist quic-initial rate-limit redirect redisp redispatch reqadd reqallow reqdel reqdeny
  reqiallow reqidel reqideny reqipass reqirep reqisetbe reqitarpit reqpass reqrep reqsetbe reqtarpit retries
  retry-on rspadd rspdel rspdeny rspidel rspideny rspirep rsprep ruleset server server-state-file-name
  server-template source srvexp srvtcpka-cnt srvtcpka-idle srvtcpka-intvl srvtimeout ssl-f-use stats stick
  stick-table tcp-check tcp-request tcp-response timeout transparent unique-id-format unique-id-header
  use-fcgi-app use-server use_backend usesrc
`);

const KEYWORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  global: words(`
    51degrees-allow-unmatched 51degrees-cache-size 51degrees-data-file 51degrees-difference 51degrees-drift
    51degrees-property-name-list 51degrees-property-separator 51degrees-use-performance-graph
    51degrees-use-predictive-graph acme.scheduler anonkey busy-polling ca-base chroot close-spread-time
    cluster-secret cpu-affinity cpu-map cpu-policy cpu-set crt-base daemon debug debug.counters default-path
    description deviceatlas-cache-size deviceatlas-json-file deviceatlas-log-level deviceatlas-properties-cookie
    deviceatlas-property-separator dns-accept-family expose-deprecated-directives expose-experimental-directives
    external-check fd-hard-limit force-cfg-parser-pause gid grace group h1-accept-payload-with-any-method
    h1-case-adjust h1-case-adjust-file h1-do-not-close-on-insecure-transfer-encoding
    h2-workaround-bogus-websocket-clients hard-stop-after harden.reject-privileged-ports.quic
    harden.reject-privileged-ports.tcp http-err-codes http-fail-codes httpclient.resolvers.disabled
    httpclient.resolvers.id httpclient.resolvers.prefer httpclient.retries httpclient.ssl.ca-file
    httpclient.ssl.verify httpclient.timeout.connect insecure-fork-wanted insecure-setuid-wanted
    issuers-chain-path jwt.decrypt_alg_list jwt.decrypt_enc_list key-base limited-quic localpeer log
    log-send-hostname log-tag lua-load lua-load-per-thread lua-prepend-path master-worker max-spread-checks
    max-threads-per-group maxcompcpuusage maxcomprate maxconn maxconnrate maxpipes maxsessrate maxsslconn
    maxsslrate maxzlibmem mworker-max-reloads nbproc nbthread no-memory-trimming no-quic node noepoll noevports
    nogetaddrinfo nokqueue noktls nopoll noreuseport nosplice numa-cpu-mapping ocsp-update.disable
    ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay ocsp-update.mode pidfile
    pp2-never-send-local prealloc-fd presetenv profiling.memory profiling.tasks quick-exit quiet resetenv
    server-state-base server-state-file set-dumpable set-var set-var-fmt setcap setenv shm-stats-file
    shm-stats-file-max-objects spread-checks ssl-default-bind-ciphers ssl-default-bind-ciphersuites
    ssl-default-bind-client-sigalgs ssl-default-bind-curves ssl-default-bind-options ssl-default-bind-sigalgs
    ssl-default-server-ciphers ssl-default-server-ciphersuites ssl-default-server-client-sigalgs
    ssl-default-server-curves ssl-default-server-options ssl-default-server-sigalgs ssl-dh-param-file ssl-engine
    ssl-load-extra-del-ext ssl-load-extra-files ssl-mode-async ssl-passphrase-cmd ssl-propquery ssl-provider
    ssl-provider-path ssl-security-level ssl-server-verify ssl-skip-self-issued-ca stats stats-file stress-level
    strict-limits thread-group thread-groups thread-hard-limit trace uid ulimit-n unix-bind unsetenv user
    warn-blocked-traffic-after wurfl-cache-size wurfl-data-file wurfl-engine-mode wurfl-information-list
    wurfl-information-list-separator wurfl-patch-file wurfl-useragent-priority zero-warning
  `),
  defaults: PROXY,
  frontend: PROXY,
  listen: PROXY,
  backend: PROXY,
  acme: words(`
    account-key acme-vars bits challenge challenge-ready contact curves directory dns-delay dns-timeout
    eab-key-id eab-mac-alg eab-mac-key keytype map profile provider-name reuse-key
  `),
  cache: words('early-hints max-age max-object-size max-secondary-entries process-vary total-max-size'),
  'crt-store': words('crt-base key-base load'),
  'fcgi-app': words(`
    acl docroot hide-header index log-stderr option pass-header path-info set-param unset-param
  `),
  healthcheck: words('http-check tcp-check type'),
  'http-errors': words('errorfile'),
  'log-forward': words('backlog bind dgram-bind log maxconn option timeout'),
  'log-profile': words('log-tag on'),
  mailers: words('mailer timeout'),
  peers: words('bind default-bind default-server disabled enabled log peer server shards table'),
  program: words('command group option user'),
  resolvers: words(`
    accepted_payload_size hold nameserver parse-resolv-conf resolution_pool_size resolve_retries timeout
  `),
  ring: words('backing-file description format maxlen server size timeout'),
  traces: words('trace'),
  userlist: words('group user'),
};

/** `namespace_list` and `ruleset` hold lines of which nothing is told here. */
const OTHERS: ReadonlySet<string> = new Set(['namespace_list', 'ruleset']);

/** Settings of single builds come and go. */
const ANY = /^(tune\.|51degrees-|deviceatlas-|wurfl-|(no|default)$)/;

export function isSection(word: string): boolean {
  return Object.hasOwn(KEYWORDS, word) || OTHERS.has(word);
}

/** What HAProxy says no to in such a section, in words; null: a keyword there, or one that is filled in. */
export function unknownKeyword(word: string, section: string): string | null {
  const known = KEYWORDS[section];
  if (!known || known.has(word) || ANY.test(word) || !/^[\w.-]+$/.test(word)) return null;
  return `'${word.slice(0, 40)}' is no keyword of a ${section} section${didYouMean(word.slice(0, 40), known)}`;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
