import { UsageError } from '../model/trouble.ts';
import { parseHost } from '../targets/host.ts';
import { once } from './options.ts';

/** A host name or an address; names come in lower case and in ASCII, as they are sent. */
export function serverName(option: string) {
  return (value: unknown): string | undefined => {
    const text = once(option)(value);
    if (text === undefined) return undefined;
    const host = parseHost(text);
    if (host.kind === 'failed') throw new UsageError(`--${option} ${text}: expected a host name or an address`);
    return host.kind === 'name' ? host.name : text;
  };
}
