import type { Location } from '../model/finding.ts';
import { wellFormed } from './cut.ts';

/**
 * A path for tools that show findings beside files. A finding of the network gets a path that names its place, such as
 * `network/192.168.1.20/11434`; no such file is meant to exist.
 */
export function artifactPath(location: Location): string {
  switch (location.kind) {
    case 'file':
      return location.file ?? 'unknown';
    case 'endpoint':
      return ['network', location.host ?? 'unknown', ...(location.port === undefined ? [] : [location.port])].join('/');
    case 'host':
      return location.file ?? ['host', ...(location.port === undefined ? [] : [location.port])].join('/');
  }
}

/** The same as a URI reference (RFC 3986 §4.1): every part percent-encoded, so that no part ends early. */
export function artifactUri(location: Location): string {
  const path = artifactPath(location).replaceAll('\\', '/');
  const encoded = path.split('/').map(encodePart).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}

/** Lone surrogates have no UTF-8 form and would throw. */
function encodePart(part: string): string {
  return encodeURIComponent(wellFormed(part)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}
