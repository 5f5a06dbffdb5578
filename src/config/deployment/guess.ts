import type { Deployable } from '../../model/deploy.ts';
import { isLocalImage } from '../services/image-reference.ts';
import type { Recognition } from '../services/recognise.ts';
import type { DeclaredProcess } from './declarations.ts';
import { known, type Value } from './value.ts';

/**
 * What is built here has no name that the world knows. Where it is called like a service and uses that service's port,
 * it is taken for it, with less certainty; one of the two alone says nothing.
 */
export function guess(
  process: DeclaredProcess,
  ports: readonly number[],
  services: readonly Deployable[],
): Recognition | null {
  const { build, image, argv, span } = process;
  if (!(argv === null || runsScript(argv)) || !(build || isLocalImage(known(image) ?? '/'))) return null;
  const words = wordsOf([process.name, ...process.aliases, known(image) ?? '']);
  const found = services.filter((service) => {
    const { id, naming } = service;
    const named = [id, ...naming.names].some((name) => name.length > 3 && words.has(name.toLowerCase()));
    return named && portsOf(service.deploy).some((port) => ports.includes(port));
  });
  const [service] = found;
  if (!service || found.length > 1) return null;
  return {
    service,
    confidence: 'medium',
    serves: true,
    contained: process.network.kind === 'own',
    packaging: 'image',
    because: { text: `is called like ${service.name} and uses its port`, span },
    image: null,
    reference: null,
    argv: null,
    assignments: [],
  };
}

/** What a script of the image runs is not to be seen: it says as little as no command. */
function runsScript(argv: readonly Value[]): boolean {
  const words = argv
    .map(({ text }) => text)
    .filter((text) => !/^(?:.*\/)?(?:ba|da|a|z)?sh$|^(?:.*\/)?tini$|^-/.test(text));
  return words.length === 1 && /\.sh$|entrypoint[\w.-]*$/.test(words[0] ?? '');
}

function portsOf({ port, others }: Deployable['deploy']): readonly number[] {
  return [port, ...others.map((other) => other.port)].flatMap(({ default: { image } }) =>
    image === null ? [] : [Number(image)],
  );
}

/** `browser-use-webui` holds `browser`, `browser-use`, `use-webui` … */
function wordsOf(names: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const name of names) {
    const parts = name
      .toLowerCase()
      .replace(/:.*$/, '')
      .split(/[^a-z0-9]+/)
      .filter((part) => part !== '');
    for (let from = 0; from < parts.length; from += 1) {
      for (let to = from + 1; to <= Math.min(parts.length, from + 4); to += 1)
        words.add(parts.slice(from, to).join('-'));
    }
  }
  return words;
}
