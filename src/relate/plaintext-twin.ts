import type { Endpoint } from '../model/endpoint.ts';
import type { PlaintextTwin } from '../model/relation.ts';

export function plaintextTwins(endpoints: readonly Endpoint[]): PlaintextTwin[] {
  const known = endpoints.filter(
    ({ service, auth }) => service !== null && service.kind !== 'generic' && auth.overall !== 'unknown',
  );
  return known
    .filter(({ transport }) => transport === 'tls')
    .flatMap((encrypted) =>
      known
        .filter(
          (plain) =>
            plain.transport === 'plaintext' &&
            plain.address === encrypted.address &&
            plain.site === encrypted.site &&
            plain.service?.id === encrypted.service?.id,
        )
        .map((plain) => ({ service: encrypted.service?.name ?? '', encrypted, plain })),
    );
}
