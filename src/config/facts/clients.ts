import type { ClientFact } from '../../model/declared.ts';
import type { ClientSwitch, DeclaredProxy } from '../deployment/declarations.ts';
import { known } from '../deployment/value.ts';
import { isExample } from '../source/paths.ts';
import { writtenAt } from './credentials.ts';
import type { Places } from './place.ts';

/** `missing`: files of authorities that were looked for and are not there. */
export function clientFacts(
  clients: readonly ClientSwitch[],
  missing: ReadonlySet<string>,
  places: Places,
): readonly ClientFact[] {
  return clients.map((client): ClientFact => {
    const at = writtenAt(client.value);
    const caFile = known(client.caFile) ?? null;
    return {
      kind: 'client',
      setting: client.setting,
      verification: client.verification,
      harmless: client.harmless,
      byDefault: client.byDefault,
      caFile,
      caMissing: caFile === null ? null : missing.has(`${client.value.span.file}\n${caFile}`),
      location: places.at(at),
      chain: at === client.value.span ? [] : places.chain([{ span: client.value.span, text: 'is used here' }], at),
      identity: ['client', at.file, client.setting].join('\n'),
      confidence: client.byDefault ? 'medium' : 'high',
      edits: [],
      advice: '',
      example: isExample(at.file),
    };
  });
}

/** A proxy that is told not to check whom it passes requests on to. */
export function upstreamSwitches(proxies: readonly DeclaredProxy[]): readonly ClientSwitch[] {
  const seen = new Set<string>();
  return proxies.flatMap(({ software, routes }) =>
    routes.flatMap(({ upstream: { scheme, verify } }): readonly ClientSwitch[] => {
      const place = verify ? `${verify.span.file}:${verify.span.start}` : '';
      if (!verify || verify.on || scheme !== 'https' || seen.has(place)) return [];
      seen.add(place);
      const value = { kind: 'explicit', text: 'off', span: verify.span, via: [] } as const;
      return [
        {
          setting: `${software} upstream verification`,
          verification: 'off',
          caFile: null,
          value,
          harmless: false,
          byDefault: false,
        },
      ];
    }),
  );
}
