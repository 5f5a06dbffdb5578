import type { Deployable, ImagePattern, Packaging } from '../../model/deploy.ts';
import type { Span } from '../../model/span.ts';
import type { DeclaredProcess, Variable } from '../deployment/declarations.ts';
import { known, type Value } from '../deployment/value.ts';
import { programName } from './argument.ts';
import { bestCommand, type CommandHit } from './best-command.ts';
import { type ImageReference, parseImageReference, parsePartialReference } from './image-reference.ts';
import { type ImageEntry, indexOf, type ServiceIndex } from './index-of.ts';
import { byName } from './recognise-name.ts';
import { type Unwrapped, unwrapCommand } from './unwrap.ts';

/*
 * Which service a declared process is. An image that is unknown says nothing: not every repository with a familiar
 * word in it is what it sounds like.
 */

export type Recognisable = Pick<DeclaredProcess, 'image' | 'argv' | 'args' | 'name' | 'aliases'> & {
  readonly build?: DeclaredProcess['build'];
  readonly environment?: DeclaredProcess['environment'];
  /** Ports it is known to use from elsewhere: published targets, `EXPOSE`. */
  readonly ports?: readonly number[];
  /** Folders and files that belong to it: build context, working directory, the unit's name. */
  readonly near?: readonly string[];
};

export interface Recognition {
  readonly service: Deployable;
  readonly confidence: 'high' | 'medium' | 'low';
  /** False: a client, a worker, a one-off; it opens no listener. */
  readonly serves: boolean;
  readonly packaging: Packaging;
  /** In a container, of whatever image. */
  readonly contained: boolean;
  readonly because: { readonly text: string; readonly span: Span | null };
  /** The entry that matched its image. */
  readonly image: ImagePattern | null;
  readonly reference: ImageReference | null;
  /** Its command line without what only starts it; null: the image's own runs, perhaps with `args`. */
  readonly argv: readonly Value[] | null;
  readonly assignments: readonly Variable[];
}

/** Null: nothing the catalogue knows. */
export function recognise(subject: Recognisable, services: readonly Deployable[]): Recognition | null {
  const index = indexOf(services);
  const imageText = known(subject.image);
  const reference =
    imageText === undefined ? parsePartialReference(subject.image?.text ?? '') : parseImageReference(imageText);
  const byImage = reference && imageHit(reference, index);
  const nearby = [subject.name, ...subject.aliases, imageText ?? '', ...(subject.near ?? [])].join('\n').toLowerCase();
  const commands = unwrapCommand(subject.argv ?? []);
  const given = commandsOfArguments(subject, byImage);
  const hit = bestCommand(commands, index, nearby) ?? bestArguments(given, index, nearby, byImage);
  const packaging: Packaging = subject.image ? 'image' : 'binary';
  const contained = packaging === 'image' || (subject.build ?? null) !== null || (subject.ports ?? []).length > 0;
  const common = { packaging, contained, reference };

  if (hit && (!byImage || hit.service === byImage.service || hit.pattern.near.length === 0)) {
    const ofImage = byImage?.service === hit.service;
    return {
      ...common,
      service: hit.service,
      confidence: hit.pattern.near.length > 0 && !ofImage ? 'medium' : 'high',
      serves: hit.pattern.serves,
      because: { text: `runs \`${hit.pattern.words.join(' ')}\``, span: hit.command.argv[0]?.span ?? null },
      packaging: ofImage ? 'image' : 'binary',
      image: ofImage ? byImage.pattern : null,
      // Arguments alone stay what they are where the image's own entrypoint takes them; else they may be a shell's line.
      argv: ofImage && !subject.argv && byImage.pattern.entrypoint ? null : hit.command.argv,
      assignments: hit.command.assignments,
    };
  }
  const main = commands.at(-1);
  if (byImage) {
    return {
      ...common,
      service: byImage.service,
      confidence: 'high',
      // Another program of the same image is not the service: a migration, a shell, a pull.
      serves: main ? startsService(main, byImage) : !given.some(isIdle),
      because: { text: `image \`${byImage.pattern.repository}\``, span: subject.image?.span ?? null },
      image: byImage.pattern,
      argv: main?.argv ?? null,
      assignments: main?.assignments ?? [],
    };
  }
  return byName(subject, index, main, common);
}

function imageHit(reference: ImageReference, index: ServiceIndex): ImageEntry | null {
  const [first, ...others] = index.imagesLike(reference);
  if (!first) return null;
  return others.reduce((best, entry) => (exactness(entry.pattern) > exactness(best.pattern) ? entry : best), first);
}

/** A pattern without stars, and with a tag, says more. */
function exactness({ repository, tag }: ImagePattern): number {
  return repository.length - 100 * repository.split('*').length + (tag === null ? 0 : 50);
}

/** What arguments alone run: with the image's entrypoint before them, where it is known. */
function commandsOfArguments({ args, image }: Recognisable, byImage: ImageEntry | null): readonly Unwrapped[] {
  if (!args || args.length === 0) return [];
  const span = (image ?? args[0])?.span;
  const entrypoint = byImage?.pattern.entrypoint ?? [];
  const own = span ? entrypoint.map((text): Value => ({ kind: 'default', text, span, via: [] })) : [];
  return unwrapCommand([...own, ...args]);
}

/** One word may be anything that an entrypoint takes; of an image's own service it is a command. */
function bestArguments(
  given: readonly Unwrapped[],
  index: ServiceIndex,
  nearby: string,
  byImage: ImageEntry | null,
): CommandHit | null {
  const hit = bestCommand(given, index, nearby);
  if (!hit) return null;
  return hit.pattern.words.length > 1 || hit.service === byImage?.service ? hit : null;
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh']);
const IDLE = new Set([...SHELLS, 'sleep', 'tail', 'cat', 'echo', 'true', 'printenv', 'ls', 'chown', 'chmod', 'mkdir']);

/** Runs something that is no server of anything; what a script of its own runs, nobody sees. */
function isIdle({ argv: [program, operand] }: Unwrapped): boolean {
  const name = programName(program?.text ?? '');
  return IDLE.has(name) && !(SHELLS.has(name) && operand?.text.endsWith('.sh'));
}

/** An entrypoint by its name, a script, or the program that the image itself runs. */
function startsService({ argv }: Unwrapped, { pattern }: ImageEntry): boolean {
  const words = argv.map(({ text }) => programName(text));
  const [program = '', first = ''] = words;
  const script = SHELLS.has(program) ? first : program;
  if (script.endsWith('.sh') || /^(?:docker-)?(?:entrypoint|start|run|init)[\w.-]*$/.test(script)) return true;
  const own = pattern.entrypoint?.[0] ?? pattern.command?.[0];
  return own !== undefined && program === programName(own);
}
