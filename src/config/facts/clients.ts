import type { ClientFact } from '../../model/declared.ts';
import type { ClientSwitch } from '../deployment/declarations.ts';
import { known } from '../deployment/value.ts';
import { isExample } from '../source/paths.ts';
import { writtenAt } from './credentials.ts';
import type { Places } from './place.ts';
import { verificationEdits } from './verification-edits.ts';

/** `missing`: files of authorities that were looked for and are not there. */
export function clientFacts(
  clients: readonly ClientSwitch[],
  missing: ReadonlySet<string>,
  isShown: (file: string) => boolean,
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
      chain: [
        ...(at === client.value.span ? [] : places.chain([{ span: client.value.span, text: 'is used here' }], at)),
        ...(client.beside ? places.chain([{ span: client.beside, text: 'goes with it' }], at) : []),
      ],
      identity: ['client', at.file, client.setting].join('\n'),
      // Of an example that is copied: somebody may edit the copy.
      confidence: client.byDefault || (isExample(at.file) && !isShown(at.file)) ? 'medium' : 'high',
      edits: verificationEdits(client, places.source(at.file)),
      advice: '',
      example: isShown(at.file),
    };
  });
}
