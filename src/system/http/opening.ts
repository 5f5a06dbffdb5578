import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DeclaredRequest, Transport } from '../../model/exchange.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import { takeSocket } from '../open-connection.ts';
import type { OpenConnection, Opening, OpeningOptions } from '../ports.ts';
import { connectorTo } from './connector.ts';
import { converse } from './conversation.ts';
import { isUsable } from './line.ts';
import { type Sight, type Trial, tryTransport } from './trial.ts';

/**
 * Finds out what an open port speaks by sending the first request, and stays in conversation if that is HTTP.
 * Takes the connection over, whatever comes of it. Never rejects: every failure is an `Opening`.
 *
 * Plain HTTP is tried first, with `tlsFirst` TLS, and the other one when the answer calls for it; a target with the
 * scheme `https` is tried over TLS only.
 */
export async function openEndpoint(
  target: AdmittedTarget,
  first: DeclaredRequest,
  connection: OpenConnection | null,
  options: OpeningOptions,
): Promise<Opening> {
  const connector = connectorTo(target, options, connection === null ? 0 : 1);
  let ready = connection === null ? null : await stillAlive(takeSocket(connection));
  const attempt = (transport: Transport): Promise<Trial> => {
    const socket = ready;
    ready = null;
    return tryTransport({ target, options, transport }, connector, first, socket);
  };

  const trial = await conclusiveTrial(target.scheme, options.tlsFirst, attempt);
  const { transport, sight, tls, line } = trial;
  if (trial.first !== null && (sight === 'http' || trial.first.status === 'ok')) {
    const conversation = converse({ target, options, connector, transport, tls, line });
    return { speech: 'http', conversation, first: trial.first };
  }
  return {
    speech: UNHEARD.includes(sight) ? 'silent' : 'other',
    ...trial.fault,
    transport: sight === 'wants-tls' ? 'tls' : transport,
    tls,
    connections: connector.connections,
  };
}

const UNHEARD: readonly Sight[] = ['hung-up', 'silent', 'unreached'];

async function conclusiveTrial(
  scheme: AdmittedTarget['scheme'],
  tlsFirst: boolean,
  attempt: (transport: Transport) => Promise<Trial>,
): Promise<Trial> {
  if (scheme === 'https') return attempt('tls');
  if (tlsFirst && scheme === undefined) {
    const overTls = await attempt('tls');
    return speaksTls(overTls) || isHopeless(overTls) ? overTls : attempt('plaintext');
  }
  const plain = await attempt('plaintext');
  if (plain.sight !== 'wants-tls' && plain.sight !== 'hung-up') return plain;
  plain.line?.socket.destroy();
  const overTls = await attempt('tls');
  // A proxy in front may pass on the complaint of a server behind it: where TLS leads nowhere, the plain answer stands.
  return speaksTls(overTls) ? overTls : { ...plain, line: null };
}

function speaksTls({ sight, tls }: Trial): boolean {
  return tls !== null || sight === 'http' || sight === 'other';
}

function isHopeless({ sight, fault }: Trial): boolean {
  return sight === 'unreached' || fault.reason === 'cancelled';
}

/**
 * The socket, or null when the server has given it up while it waited for its turn. A hang-up shows only to a reader,
 * and one turn of the event loop after reading began.
 */
async function stillAlive(socket: Socket): Promise<Socket | null> {
  socket.read(0);
  await nextTurn();
  await nextTurn();
  if (isUsable(socket)) return socket;
  socket.destroy();
  return null;
}
