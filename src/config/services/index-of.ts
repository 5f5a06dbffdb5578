import type { CommandPattern, Deployable, ImagePattern } from '../../model/deploy.ts';
import { globMatches, type ImageReference, plainRepository } from './image-reference.ts';
import { commandName } from './recognise-command.ts';

/** Patterns by what they can be found by, so that a process is not held against every service. */
export interface ServiceIndex {
  readonly services: readonly Deployable[];
  imagesLike(reference: ImageReference): readonly ImageEntry[];
  commandsOf(program: string): readonly CommandEntry[];
  named(name: string): Deployable | undefined;
}

export interface ImageEntry {
  readonly service: Deployable;
  readonly pattern: ImagePattern;
}

export interface CommandEntry {
  readonly service: Deployable;
  readonly pattern: CommandPattern;
}

const known = new WeakMap<readonly Deployable[], ServiceIndex>();

/** Made once for a catalogue. */
export function indexOf(services: readonly Deployable[]): ServiceIndex {
  const made = known.get(services) ?? makeIndex(services);
  known.set(services, made);
  return made;
}

function makeIndex(services: readonly Deployable[]): ServiceIndex {
  const exact = new Map<string, ImageEntry[]>();
  const globs: (ImageEntry & { readonly glob: string })[] = [];
  const commands = new Map<string, CommandEntry[]>();
  const names = new Map<string, Deployable>();
  for (const service of services) {
    for (const pattern of service.naming.images) {
      const repository = plainRepository(pattern.repository);
      if (repository.includes('*')) globs.push({ service, pattern, glob: repository });
      else add(exact, repository, { service, pattern });
    }
    for (const pattern of service.naming.commands) {
      add(commands, commandName(pattern.words[0] ?? ''), { service, pattern });
    }
    for (const name of service.naming.names) names.set(name, service);
  }
  const likes = new Map<string, readonly ImageEntry[]>();
  const repositoryLike = (repository: string): readonly ImageEntry[] => {
    const like = likes.get(repository) ?? [
      ...(exact.get(repository) ?? []),
      ...globs.filter(({ glob }) => globMatches(glob, repository)),
    ];
    likes.set(repository, like);
    return like;
  };
  return {
    services,
    imagesLike: (reference) =>
      repositoryLike(reference.repository).filter(
        ({ pattern: { tag } }) => tag === null || (reference.tag !== null && globMatches(tag, reference.tag)),
      ),
    commandsOf: (program) => commands.get(commandName(program)) ?? [],
    named: (name) => names.get(name),
  };
}

function add<T>(map: Map<string, T[]>, key: string, entry: T): void {
  const list = map.get(key);
  if (list) list.push(entry);
  else map.set(key, [entry]);
}
