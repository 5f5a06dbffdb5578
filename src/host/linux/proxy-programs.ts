import { joinPath } from '../../config/source/paths.ts';

/** A file or directory that a process was told to read. */
export interface Named {
  /** What it may be, where a relative path may count from several directories: the first that is there is meant. */
  readonly paths: readonly string[];
  /** False: the program does without where it is not there. */
  readonly certain: boolean;
}

/** What a process reads, by its command line. */
export interface Reads {
  /** Whether it looks where its package puts its configuration, too. */
  readonly usual: boolean;
  readonly named: readonly Named[];
}

export interface ProxyProgram {
  /** Of its process and of its unit. */
  readonly program: string;
  /** Where its package puts its configuration. */
  readonly places: readonly string[];
  /** Null: a helper, which reads what the process that started it read. `cwd` null: not known. */
  reads(argv: readonly string[], cwd: string | null): Reads | null;
  /** Whether relative paths count from the main file, and not from the file they stand in. */
  readonly countsFromMain: boolean;
  /** What a file of it leads to, as written: files, directories and patterns of names. */
  leadsTo(text: string): readonly string[];
}

const USUAL: Reads = { usual: true, named: [] };

export const PROXY_PROGRAMS: readonly ProxyProgram[] = [
  {
    program: 'nginx',
    places: ['/etc/nginx/nginx.conf', '/etc/nginx/conf.d', '/etc/nginx/sites-enabled', '/etc/nginx/snippets'],
    reads: nginxReads,
    // Source: nginx src/core/ngx_conf_file.c ngx_conf_full_name.
    countsFromMain: true,
    leadsTo: (text) => values(text, /(?:^|[;{}])\s*include\s+["']?([^\s;"']+)/gm),
  },
  {
    program: 'caddy',
    places: ['/etc/caddy/Caddyfile', '/etc/caddy/conf.d'],
    reads: caddyReads,
    // Source: caddy caddyconfig/caddyfile/parse.go doImport.
    countsFromMain: false,
    leadsTo: (text) => values(text, /^\s*import\s+([^\s{]*[/.*][^\s{]*)/gm),
  },
  {
    program: 'haproxy',
    places: ['/etc/haproxy/haproxy.cfg'],
    reads: haproxyReads,
    countsFromMain: false,
    leadsTo: () => [],
  },
  {
    program: 'traefik',
    places: ['/etc/traefik'],
    reads: traefikReads,
    countsFromMain: false,
    leadsTo: (text) => values(text, /^\s*(?:filename|directory)\s*[:=]\s*["']?([^\s"'#]+)/gm),
  },
  {
    program: 'apache2',
    places: ['/etc/apache2/sites-enabled'],
    reads: (argv) => readsOf(valuesOf(argv, '-f', true), '/etc/apache2'),
    // ServerRoot, which Debian has in the directory of the main file.
    countsFromMain: true,
    leadsTo: () => [],
  },
];

/** Prefixes that packages and the sources compile in. */
const NGINX_PREFIXES = ['/usr/share/nginx', '/etc/nginx', '/usr/local/nginx'];

/**
 * The main process writes its arguments into its title, with `master process` in front. `-c` counts from `-p`, else from
 * the compiled prefix; without `-c` it is the compiled path, which for a build from source is `conf/nginx.conf` below the
 * prefix. Source: nginx src/core/nginx.c ngx_process_options, src/os/unix/ngx_process_cycle.c.
 */
function nginxReads(argv: readonly string[], cwd: string | null): Reads | null {
  const titled = argv[0] === 'nginx:';
  if (titled && argv[1] !== 'master') return null;
  const line = titled ? argv.slice(3) : argv;
  const [file] = valuesOf(line, '-c', true);
  const [prefix] = valuesOf(line, '-p', true).flatMap((path) => absolute(path, cwd));
  if (file !== undefined) {
    const bases = prefix === undefined ? [...NGINX_PREFIXES, ...(cwd === null ? [] : [cwd])] : [prefix];
    return { usual: false, named: [{ paths: bases.flatMap((base) => absolute(file, base)), certain: true }] };
  }
  const built = prefix ?? /^(\/.+)\/sbin\/nginx$/.exec(line[0] ?? '')?.[1];
  if (built === undefined || built === '/usr') return USUAL;
  return { usual: true, named: [{ paths: [joinPath(built, 'conf/nginx.conf')], certain: false }] };
}

/** Without `--config`, the Caddyfile of the directory it was started in. Source: caddy cmd/main.go loadConfigWithLogger. */
function caddyReads(argv: readonly string[], cwd: string | null): Reads {
  const verb = argv[1];
  if (verb !== undefined && verb !== 'run' && verb !== 'start') return { usual: false, named: [] };
  const told = readsOf(
    ['-c', '--config', '-config'].flatMap((option) => valuesOf(argv, option)),
    cwd,
  );
  if (!told.usual || cwd === null) return told;
  return { usual: false, named: [{ paths: [joinPath(cwd, 'Caddyfile')], certain: false }] };
}

/** `-f` may come several times, and everything behind `--` is a file; `-C` changes the directory first. Source: haproxy(1). */
function haproxyReads(argv: readonly string[], cwd: string | null): Reads {
  const end = argv.indexOf('--');
  const [line, rest] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  const [base = cwd] = valuesOf(line, '-C');
  return readsOf([...valuesOf(line, '-f'), ...rest], base);
}

/**
 * A static file, and the dynamic ones that flags name in place of one; names of flags are taken in any case. Source:
 * traefik docs, "Configuration Introduction"; paerser flag/flagparser.go.
 */
function traefikReads(argv: readonly string[], cwd: string | null): Reads {
  const line = argv.map((word) => word.replace(/^--?[\w.]+/, (flag) => `--${flag.replace(/^-+/, '').toLowerCase()}`));
  const dynamic = ['--providers.file.filename', '--providers.file.directory'];
  const { usual, named } = readsOf(valuesOf(line, '--configfile'), cwd);
  return {
    usual,
    named: [
      ...named,
      ...readsOf(
        dynamic.flatMap((option) => valuesOf(line, option)),
        cwd,
      ).named,
    ],
  };
}

function readsOf(files: readonly string[], base: string | null): Reads {
  return { usual: files.length === 0, named: files.map((file) => ({ paths: absolute(file, base), certain: true })) };
}

/** `-c x`, `--config x`, `--config=x`; with `joined` also `-cx`. */
function valuesOf(argv: readonly string[], option: string, joined = false): string[] {
  return argv.flatMap((word, i): string[] => {
    if (word === option) return argv.slice(i + 1, i + 2);
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    return joined && word.startsWith(option) ? [word.slice(option.length)] : [];
  });
}

/** Nothing where the path is relative to what nobody knows. */
export function absolute(path: string, base: string | null): string[] {
  if (path.startsWith('/')) return [path];
  return base === null ? [] : [joinPath(base, path)];
}

function values(text: string, pattern: RegExp): string[] {
  return [...text.replace(/^\s*#.*$/gm, '').matchAll(pattern)].map(([, value = '']) => value);
}
