import type { Location as SarifLocation } from 'sarif';
import type { Location } from '../../model/finding.ts';
import { artifactUri } from '../artifact.ts';
import { placeOf } from '../place.ts';
import { message } from './text.ts';

/**
 * Where it is: an artifact, because GitHub shows nothing without one, and for a door of the network the logical
 * location beside it.
 */
export function sarifLocation(location: Location, says?: string): SarifLocation {
  const uri = artifactUri(location);
  return {
    physicalLocation: {
      artifactLocation: { uri, ...(uri.startsWith('file:') ? {} : { uriBaseId: '%SRCROOT%' }) },
      region: {
        startLine: location.line ?? 1,
        ...(location.column === undefined ? {} : { startColumn: location.column }),
        ...(location.endLine === undefined ? {} : { endLine: location.endLine }),
        ...(location.endColumn === undefined ? {} : { endColumn: location.endColumn }),
      },
      ...contextRegion(location),
    },
    ...(location.kind === 'file' ? {} : { logicalLocations: [logicalLocation(location)] }),
    ...(says === undefined ? {} : { message: message(says) }),
  };
}

/** The whole line, which is all that is known of the surroundings (§3.29.5: it holds the region). */
function contextRegion({ excerpt, line, endLine = line }: Location) {
  if (excerpt === undefined || line === undefined || endLine !== line) return {};
  return { contextRegion: { startLine: line, endLine: line, snippet: { text: excerpt } } };
}

function logicalLocation(location: Location) {
  const place = placeOf(location);
  return {
    name: place,
    fullyQualifiedName: location.url ?? place,
    // Kinds outside the list of §3.33.7 are allowed where none of it fits.
    kind: location.kind,
  };
}
