import type { TestContext } from 'node:test';
import { concat, uint, vector } from '../../../src/tls/wire/bytes.ts';
import { EXTENSION } from '../../../src/tls/wire/numbers.ts';
import { reader } from '../../../src/tls/wire/reader.ts';
import { readExtensions } from '../../../src/tls/wire/server-messages.ts';
import { type Peer, rawPeer } from '../../support/http-peer.ts';

/** What a hello offered, as a server sees it. */
export interface SeenHello {
  readonly version: number;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly extensions: readonly number[];
}

/** What the stub says: a suite (with the version to answer in), an alert, or nothing before it hangs up. */
export type StubAnswer = { readonly suite: number; readonly version?: number } | { readonly alert: number } | 'close';

/** A server that reads hellos and answers by a rule, with no cryptography behind it. */
export function stubServer(t: TestContext, answer: (hello: SeenHello) => StubAnswer): Promise<Peer> {
  return rawPeer(t, (socket) => {
    let data: Uint8Array = new Uint8Array(0);
    socket.on('data', (piece: Buffer) => {
      data = concat(data, piece);
      const hello = readHello(data);
      if (!hello) return;
      if (hello === 'foreign') return socket.end();
      const said = answer(hello);
      if (said === 'close') return socket.end();
      if ('alert' in said) return socket.end(record(21, Uint8Array.of(2, said.alert)));
      return socket.end(record(22, serverHello(said.suite, said.version ?? hello.version)));
    });
  });
}

function record(type: number, body: Uint8Array): Uint8Array {
  return concat(uint(type, 1), uint(0x0303, 2), vector(2, body));
}

function serverHello(suite: number, version: number): Uint8Array {
  const body = concat(
    uint(Math.min(version, 0x0303), 2),
    new Uint8Array(32).fill(9),
    vector(1),
    uint(suite, 2),
    uint(0, 1),
  );
  return concat(uint(2, 1), vector(3, body));
}

function readHello(data: Uint8Array): SeenHello | 'foreign' | null {
  if (data[0] !== undefined && data[0] !== 22) return 'foreign';
  if (data.length < 5 || data.length < 5 + ((data[3] ?? 0) << 8) + (data[4] ?? 0)) return null;
  const fields = reader(data.subarray(9));
  const legacy = fields.uint16();
  fields.bytes(32);
  fields.vector(1);
  const suites = numbers(fields.vector(2));
  fields.vector(1);
  const extensions =
    fields.left > 0 ? (readExtensions(reader(fields.vector(2))) ?? new Map()) : new Map<number, Uint8Array>();
  return {
    version: extensions.has(EXTENSION.supportedVersions) ? 0x0304 : legacy,
    suites,
    groups: numbers((extensions.get(EXTENSION.supportedGroups) ?? new Uint8Array(2)).subarray(2)),
    extensions: [...extensions.keys()],
  };
}

function numbers(bytes: Uint8Array): number[] {
  const fields = reader(bytes);
  const found: number[] = [];
  while (fields.left >= 2) found.push(fields.uint16());
  return found;
}
