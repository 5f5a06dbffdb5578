import type { Catalogue, Service } from '../model/service.ts';
import { deploymentOf } from './knobs.ts';

/** What of a process tells which service it is. */
export interface ProcessTraits {
  readonly name: string;
  readonly argv: readonly string[];
  /** Names of its variables; null where they could not be read. */
  readonly environment: readonly string[] | null;
  readonly image: string | null;
  readonly ports: readonly number[];
}

export interface Recognition {
  readonly service: Service;
  /** `command line (ollama serve)`, `image (ollama/ollama:latest)`. */
  readonly by: string;
}

/** Names that many programs use: they count only where a path names the service too. */
const COMMON_NAMES = new Set(['main.py', 'launch.py', 'webui.py', 'webui.sh', 'server', 'mcp', 'ray', 'lms', 'ccr']);

/** Variables that many programs read. */
const COMMON_VARIABLE = /^(?:HOST|PORT|HOSTNAME|ADDRESS|API_KEY|APIKEY|AUTH_TOKEN|JWT_SECRET|LOG_LEVEL|[A-Z]+_ARGS)$/;

/** The service a process is, as far as the catalogue's `deploy:` parts tell; the most specific sign wins. */
export function recognise(traits: ProcessTraits, catalogue: Pick<Catalogue, 'services'>): Recognition | null {
  const signs = catalogue.services.flatMap((service) => signsOf(service, traits));
  signs.sort((a, b) => b.weight - a.weight || (a.service.id < b.service.id ? -1 : 1));
  const best = signs[0];
  return best ? { service: best.service, by: best.by } : null;
}

interface Sign extends Recognition {
  readonly weight: number;
}

function signsOf(service: Service, traits: ProcessTraits): Sign[] {
  const { images, commands, bind, port, auth } = deploymentOf(service);
  const signs: Sign[] = [];
  const { image } = traits;
  if (image !== null && images.some((pattern) => isImage(image, pattern)))
    signs.push({ service, by: `image (${image})`, weight: service.kind === 'generic' ? 1 : 100 });
  for (const command of commands) {
    const words = command.split(' ');
    if (!runs(traits, words)) continue;
    if (words.length === 1 && COMMON_NAMES.has(command) && !namedInPath(service, traits.argv)) continue;
    const weight = service.kind === 'generic' ? words.length : 10 + words.length;
    signs.push({ service, by: `command line (${command})`, weight });
  }
  const variables = [bind, port, ...auth].flatMap(({ env }) => env).filter((name) => !COMMON_VARIABLE.test(name));
  const variable = variables.find((name) => traits.environment?.includes(name));
  if (variable !== undefined && traits.ports.some((open) => service.ports.some((usual) => usual.port === open)))
    signs.push({ service, by: `environment (${variable}) and port`, weight: 5 });
  return signs;
}

/** The words stand one after the other among the arguments, the first as the name of a program, script or module. */
function runs({ name, argv }: ProcessTraits, words: readonly string[]): boolean {
  const [first = '', ...rest] = words;
  if (argv.length === 0) {
    // Only the name of the program is known: that of an interpreter says nothing.
    const bare = baseName(name);
    return bare !== '' && (bare === words.join(' ') || (bare === baseName(first) && !INTERPRETER.test(bare)));
  }
  return argv.some(
    (part, i) =>
      mayStart(argv, i) && baseName(part) === baseName(first) && rest.every((word, j) => argv[i + 1 + j] === word),
  );
}

const INTERPRETER =
  /^(?:python[\d.]*|node|nodejs|bun|deno|uv|uvx|npx|npm|pnpm|java|ruby|bash|sh|dash|zsh|env|sudo|tini|dumb-init|exec|-m|run|--|-u|-b|-B)$/;

/** The program itself, or what an interpreter was given to run: everything before is an interpreter or its switch. */
function mayStart(argv: readonly string[], at: number): boolean {
  return argv.slice(0, at).every((part) => INTERPRETER.test(baseName(part)) || /^-\w$/.test(part));
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.exe$/i, '');
}

function namedInPath(service: Service, argv: readonly string[]): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const names = [plain(service.id), plain(service.name)];
  return argv.some((part) => part.includes('/') && names.some((name) => plain(part).includes(name)));
}

/** `ghcr.io/ggml-org/llama.cpp:server*`; a pattern without tag means every tag, and Docker Hub needs no host. */
function isImage(image: string, pattern: string): boolean {
  const bare = image.replace(/^(?:docker\.io\/)?(?:library\/)?/, '').replace(/@sha256:.*$/, '');
  const tagged = pattern.slice(pattern.lastIndexOf('/')).includes(':');
  const subject = tagged || pattern.endsWith('*') ? bare : bare.replace(/:[^/:]*$/, '');
  return (
    globMatches(subject, pattern) ||
    (tagged && !bare.slice(bare.lastIndexOf('/')).includes(':') && globMatches(`${bare}:latest`, pattern))
  );
}

/** `*` stands for any run of characters; linear in the text for each star. */
function globMatches(text: string, pattern: string): boolean {
  const [head = '', ...tail] = pattern.split('*');
  if (tail.length === 0) return text === head;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const [i, piece] of tail.entries()) {
    if (i === tail.length - 1) return text.length - piece.length >= at && text.endsWith(piece);
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
