import type { Deployable } from '../../model/deploy.ts';
import type { Span } from '../../model/span.ts';
import type { Variable } from '../deployment/declarations.ts';
import { imageName, isLocalImage } from './image-reference.ts';
import type { ServiceIndex } from './index-of.ts';
import type { Recognisable, Recognition } from './recognise.ts';
import type { Unwrapped } from './unwrap.ts';

/**
 * A process that neither its image nor its command names: by what it is called, or by variables only a server reads,
 * where a port agrees. An unknown image keeps its secret otherwise.
 */
export function byName(
  subject: Recognisable,
  index: ServiceIndex,
  main: Unwrapped | undefined,
  common: Pick<Recognition, 'packaging' | 'contained' | 'reference'>,
): Recognition | null {
  const made = (
    service: Deployable,
    confidence: Recognition['confidence'],
    text: string,
    span: Span | null,
  ): Recognition => ({
    ...common,
    // In a container it listens as in its own image.
    packaging: common.contained ? 'image' : 'binary',
    service,
    confidence,
    serves: true,
    because: { text, span },
    image: null,
    argv: main?.argv ?? null,
    assignments: main?.assignments ?? [],
  });

  const used = (subject.ports ?? []).map(String);
  const name = common.reference && imageName(common.reference);
  const fork = name ? index.named(name) : undefined;
  if (fork) {
    const agrees = portOf(fork, used) !== undefined || used.length === 0;
    return made(fork, agrees ? 'medium' : 'low', `an image called \`${name}\``, subject.image?.span ?? null);
  }
  const called = [subject.name, ...subject.aliases].map((alias) => alias.toLowerCase());
  const namesake = called.flatMap((alias) => index.named(alias) ?? [])[0];
  const likely = namesake ?? called.flatMap((alias) => index.named(alias.replace(ROLE, '')) ?? [])[0];
  const port = likely && portOf(likely, used);
  if (likely && port !== undefined) {
    return made(likely, 'medium', `called \`${likely.naming.names[0]}\` and uses port ${port}`, null);
  }
  const told = main ? undefined : toldOf(subject.environment ?? [], used, index.services);
  if (told) return made(told, 'medium', `uses port ${portOf(told, used)} and variables of ${told.name}`, null);
  const isOwn = common.reference ? isLocalImage(common.reference.repository) : subject.image === null;
  if (!namesake || main || !isOwn) return null;
  return made(namesake, 'low', `called \`${namesake.naming.names[0]}\``, null);
}

/** What names add to a service's own, to say what part it plays. */
const ROLE = /[-_](?:server|service|svc|api|container|app|cpu|gpu|cuda|rocm|\d+)$/;

/** One of the service's own ports that is used here. */
function portOf({ deploy }: Deployable, used: readonly string[]): string | undefined {
  return [deploy.port, ...deploy.others.map(({ port }) => port)]
    .map((knob) => knob.default.image)
    .find((own): own is string => own !== null && used.includes(own));
}

/** Given variables that only the server reads, and using its port. */
function toldOf(
  environment: readonly Variable[],
  used: readonly string[],
  services: readonly Deployable[],
): Deployable | undefined {
  if (used.length === 0 || environment.length === 0) return undefined;
  return services.find(
    (service) =>
      service.naming.variables.some((start) => environment.some(({ name }) => name.startsWith(start))) &&
      portOf(service, used) !== undefined,
  );
}
