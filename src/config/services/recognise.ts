import type { CommandPattern, Deployable, ImagePattern, Packaging } from '../../model/deploy.ts';
import type { Span } from '../../model/span.ts';
import type { DeclaredProcess, Variable } from '../deployment/declarations.ts';
import { known, type Value } from '../deployment/value.ts';
import { type ImageReference, imageName, matchesImage, parseImageReference } from './image-reference.ts';
import { matchesCommand } from './recognise-command.ts';
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

interface CommandHit {
  readonly service: Deployable;
  readonly pattern: CommandPattern;
  readonly command: Unwrapped;
}

/** Null: nothing the catalogue knows. */
export function recognise(subject: Recognisable, services: readonly Deployable[]): Recognition | null {
  const imageText = known(subject.image);
  const reference = imageText === undefined ? null : parseImageReference(imageText);
  const byImage = reference && imageHit(reference, services);
  const surroundings = [subject.name, ...subject.aliases, imageText ?? '', ...(subject.near ?? [])];
  const commands = subject.argv ? unwrapCommand(subject.argv) : [];
  const hit =
    bestCommand(commands, services, surroundings) ??
    (subject.args ? argumentHit(subject.args, services, surroundings) : null);
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
      argv: hit.command.argv,
      assignments: hit.command.assignments,
    };
  }
  const main = commands.at(-1);
  if (byImage) {
    // Another program of the same image is not the service: a migration, a shell, a pull.
    const foreign = main !== undefined && !isEntrypoint(main, byImage);
    return {
      ...common,
      service: byImage.service,
      confidence: 'high',
      serves: !foreign,
      because: { text: `image \`${byImage.pattern.repository}\``, span: subject.image?.span ?? null },
      image: byImage.pattern,
      argv: main?.argv ?? null,
      assignments: main?.assignments ?? [],
    };
  }
  return byName(subject, reference, services, main, common);
}

function imageHit(
  reference: ImageReference,
  services: readonly Deployable[],
): { service: Deployable; pattern: ImagePattern } | null {
  let best: { service: Deployable; pattern: ImagePattern } | null = null;
  for (const service of services) {
    for (const pattern of service.deploy.images) {
      if (!matchesImage(reference, pattern)) continue;
      if (!best || exactness(pattern) > exactness(best.pattern)) best = { service, pattern };
    }
  }
  return best;
}

/** A pattern without stars, and with a tag, says more. */
function exactness({ repository, tag }: ImagePattern): number {
  return repository.length - 100 * repository.split('*').length + (tag === null ? 0 : 50);
}

/** The most telling pattern of each command; a server among them comes before a client. */
function bestCommand(
  commands: readonly Unwrapped[],
  services: readonly Deployable[],
  surroundings: readonly string[],
): CommandHit | null {
  const hits = commands.flatMap((command) => commandHit(command, services, surroundings) ?? []);
  return hits.find(({ pattern }) => pattern.serves) ?? hits[0] ?? null;
}

function commandHit(
  command: Unwrapped,
  services: readonly Deployable[],
  surroundings: readonly string[],
): CommandHit | null {
  const nearby = [...surroundings, ...command.argv.map(({ text }) => text)].join('\n').toLowerCase();
  let best: CommandHit | null = null;
  for (const service of services) {
    for (const pattern of service.deploy.commands) {
      if (!matchesCommand(command.argv, pattern)) continue;
      if (pattern.near.length > 0 && !pattern.near.some((word) => nearby.includes(word))) continue;
      if (!best || weight(pattern) > weight(best.pattern)) best = { service, pattern, command };
    }
  }
  return best;
}

/** More words say more. */
function weight({ words, near }: CommandPattern): number {
  return words.join(' ').length + words.length * 20 - (near.length > 0 ? 10 : 0);
}

/** Arguments alone are a whole command where the image's own entrypoint only passes them on (`python:3`, `ubuntu`). */
function argumentHit(
  args: readonly Value[],
  services: readonly Deployable[],
  surroundings: readonly string[],
): CommandHit | null {
  const hit = bestCommand(unwrapCommand(args), services, surroundings);
  return hit && hit.pattern.words.length > 1 ? hit : null;
}

function isEntrypoint(command: Unwrapped, hit: { service: Deployable; pattern: ImagePattern }): boolean {
  const program = command.argv[0]?.text ?? '';
  const file = program.split('/').at(-1) ?? program;
  if (/^(?:docker-)?(?:entrypoint|start|run|init)[\w.-]*$/.test(file)) return true;
  const own = hit.pattern.entrypoint?.[0] ?? hit.pattern.command?.[0];
  return own !== undefined && file === own.split('/').at(-1);
}

function byName(
  subject: Recognisable,
  reference: ImageReference | null,
  services: readonly Deployable[],
  main: Unwrapped | undefined,
  common: Pick<Recognition, 'packaging' | 'contained' | 'reference'>,
): Recognition | null {
  // Whoever publishes its port runs it in a container, and there it listens as in its own image.
  const packaging: Packaging = common.contained ? 'image' : 'binary';
  const made = (
    service: Deployable,
    confidence: Recognition['confidence'],
    text: string,
    span: Span | null,
  ): Recognition => ({
    ...common,
    packaging,
    service,
    confidence,
    serves: true,
    because: { text, span },
    image: null,
    argv: main?.argv ?? null,
    assignments: main?.assignments ?? [],
  });

  const name = reference && imageName(reference);
  const fork = name ? services.find(({ deploy }) => deploy.names.includes(name)) : undefined;
  if (fork) return made(fork, 'medium', `an image called \`${name}\``, subject.image?.span ?? null);

  // An unknown image keeps its secret, unless the port agrees with what it is called or told.
  const used = (subject.ports ?? []).map(String);
  const portOf = ({ deploy }: Deployable): string | undefined =>
    [deploy.port, ...deploy.others.map(({ port }) => port)]
      .map((knob) => knob.default.image)
      .find((own): own is string => own !== null && used.includes(own));
  const called = [subject.name, ...subject.aliases].map((alias) => alias.toLowerCase());
  const namesake = services.find(({ deploy }) => deploy.names.some((own) => called.includes(own)));
  const port = namesake && portOf(namesake);
  if (namesake && port !== undefined) {
    return made(namesake, 'medium', `called \`${namesake.deploy.names[0]}\` and uses port ${port}`, null);
  }
  const told = services.find((service) => portOf(service) !== undefined && isTold(service, subject.environment ?? []));
  if (told) return made(told, 'medium', `uses port ${portOf(told)} and variables of ${told.name}`, null);
  if (!namesake || main || (subject.image && !reference?.repository.startsWith('localhost/'))) return null;
  return made(namesake, 'low', `called \`${namesake.deploy.names[0]}\``, null);
}

/** Given variables that only the server reads. */
function isTold({ deploy }: Deployable, environment: readonly Variable[]): boolean {
  return environment.some(({ name }) => deploy.variables.some((start) => name.startsWith(start)));
}
