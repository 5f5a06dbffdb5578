import type { Confidence } from '../../model/endpoint.ts';
import type { Reach } from '../../model/target.ts';
import { type Reach as AddressReach, reachOf } from '../services/address.ts';
import type { ServiceListener } from '../services/evaluate.ts';
import type { Recognition } from '../services/recognise.ts';
import type { Gate, Publication } from './declarations.ts';
import { type Door, leastSure, type Reason, together } from './door.ts';
import { type Forwarder, forwarders, leadingTo } from './forwarded.ts';
import type { RunningProcess } from './running.ts';
import { known, type Value } from './value.ts';

/*
 * Every way to every listener of every known service: who can come that way, and what they meet.
 */

export function doorsOf(running: readonly RunningProcess[]): readonly Door[] {
  const byId = new Map(running.map((one) => [one.process.id, one]));
  const forwarding = forwarders(running);
  return running.flatMap((one) => {
    if (!one.view || !one.recognition?.serves) return [];
    const owner = networkOwner(one, byId);
    return one.view.listeners.flatMap((listener) => [
      ...doorsOfListener(one, owner, listener),
      ...forwardedDoors(one, owner, listener, forwarding),
    ]);
  });
}

/** Whose network its listeners are in: `network_mode: service:x` leads to x. */
function networkOwner(one: RunningProcess, byId: ReadonlyMap<string, RunningProcess>, depth = 0): RunningProcess {
  const { network } = one.process;
  const other = network.kind === 'shared' ? byId.get(network.with) : undefined;
  return other && other !== one && depth < 8 ? networkOwner(other, byId, depth + 1) : one;
}

const NO_GATE: Gate = { state: 'off', kinds: [], because: [] };

function doorsOfListener(one: RunningProcess, owner: RunningProcess, listener: ServiceListener): readonly Door[] {
  const { network } = owner.process;
  if (network.kind === 'host' || network.kind === 'unresolved') return [hostDoor(one, owner, listener)];
  // Inside of its own network a loopback listener is reached by nobody.
  if (listener.reach === 'loopback' || listener.reach === 'socket') return [];
  return owner.publications
    .filter((publication) => publication.protocol === 'tcp' && leadsTo(publication, listener, one))
    .map((publication) => publishedDoor(one, listener, publication));
}

/** Ways in by a tunnel of the machine, to a listener of the machine or to a port that is published on it, on loopback or not. */
function forwardedDoors(
  one: RunningProcess,
  owner: RunningProcess,
  listener: ServiceListener,
  forwarding: readonly Forwarder[],
): readonly Door[] {
  if (forwarding.length === 0) return [];
  const ports =
    owner.process.network.kind === 'host'
      ? [listener.port.text]
      : owner.publications.filter((own) => leadsTo(own, listener, one)).map((own) => known(own.hostPort) ?? null);
  return [...new Set(ports)].flatMap((port) =>
    leadingTo(forwarding, owner, port).map((publication) => publishedDoor(one, listener, publication)),
  );
}

function leadsTo(
  { targetPort, kind }: Publication,
  listener: ServiceListener,
  { view, recognition, publications }: RunningProcess,
): boolean {
  const target = known(targetPort);
  const own = listener.port.text;
  if (target !== undefined && own !== null && covers(target, own)) return true;
  if (target !== undefined && own !== null)
    return (
      listener.main &&
      isOnlyNamed(recognition) &&
      !listener.port.value &&
      publications.length === 1 &&
      // A firewall lets SSH in to a machine of that name as well.
      kind !== 'firewall'
    );
  // Where one of the ports is not known, the one published port is taken for the service's own.
  return listener.main && (view?.listeners.length === 1 || own === null);
}

/** Known by what it is called alone: its image may have moved the port, and the one that is published is then its own. */
function isOnlyNamed(recognition: Recognition | null): boolean {
  return recognition !== null && recognition.image === null && recognition.argv === null;
}

/** `8000-8010` holds 8001. */
export function covers(published: string, port: string): boolean {
  const [from, to] = published.split('-').map(Number);
  const wanted = Number(port);
  return to === undefined ? from === wanted : from !== undefined && from <= wanted && wanted <= to;
}

function publishedDoor(one: RunningProcess, listener: ServiceListener, publication: Publication): Door {
  const { hostAddress, hostPort, gate, span, kind, loopbackEdit } = publication;
  const reach = publishedReach(publication);
  return finish(one, listener, {
    way: kind,
    reach,
    port: known(hostPort) ?? null,
    gate,
    // What stands in front of a route speaks for itself.
    tls: publication.tls === 'on' || kind === 'ingress' ? publication.tls : listener.tls,
    anchor: span,
    chain: [...addressReason(hostAddress), ...gate.because, ...authReasons(one, listener)],
    confidence: internalOnly(one) ? 'medium' : 'high',
    edit:
      loopbackEdit && (reach === 'lan' || reach === 'public')
        ? { span: loopbackEdit.span, insert: loopbackEdit.insert, safety: 'unsafe', title: 'Publish on loopback only' }
        : null,
  });
}

function publishedReach({ kind, hostAddress }: Publication): Reach {
  if (kind === 'tunnel' || (kind === 'public-address' && hostAddress === null)) return 'public';
  if (hostAddress === null || known(hostAddress) === '') return 'lan';
  const address = known(hostAddress);
  return address === undefined ? 'unknown' : REACH[reachOf(address)];
}

const REACH = {
  all: 'lan',
  address: 'lan',
  loopback: 'loopback',
  socket: 'host',
  unknown: 'unknown',
} as const satisfies Record<AddressReach, Reach>;

/** Engines differ in what they make of a published port whose container has internal networks only. */
function internalOnly({ process: { network } }: RunningProcess): boolean {
  return network.kind === 'own' && network.internal;
}

function hostDoor(one: RunningProcess, owner: RunningProcess, listener: ServiceListener): Door {
  const { network } = owner.process;
  const contained = one.process.image !== null || one.process.build !== null;
  const stated = listener.address.value;
  const anchor =
    (network.kind === 'host' || network.kind === 'unresolved') && network.span && contained
      ? network.span
      : (stated?.span ?? listener.port.value?.span ?? one.recognition?.because.span ?? one.process.span);
  const reach = network.kind === 'unresolved' ? 'unknown' : REACH[listener.reach];
  const gate = one.process.filtered ?? NO_GATE;
  return finish(one, listener, {
    way: contained ? 'host-network' : 'bare',
    reach,
    port: listener.port.text,
    gate,
    tls: listener.tls,
    anchor,
    chain: [
      ...addressReason(stated).filter(({ span }) => span !== anchor),
      ...gate.because,
      ...authReasons(one, listener),
    ],
    confidence: 'high',
    edit: null,
  });
}

type Parts = Pick<Door, 'way' | 'reach' | 'port' | 'gate' | 'tls' | 'anchor' | 'chain' | 'confidence' | 'edit'>;

function finish(running: RunningProcess, listener: ServiceListener, parts: Parts): Door {
  const { auth } = listener;
  const doubtful: Confidence = (auth.presumed || auth.unless.length > 0) && auth.state === 'off' ? 'medium' : 'high';
  return {
    running,
    listener,
    ...parts,
    auth: together(parts.gate.state, auth.state),
    confidence: leastSure(
      parts.confidence,
      running.recognition?.confidence ?? 'low',
      doubtful,
      exampleConfidence(running),
    ),
  };
}

function exampleConfidence({ process }: RunningProcess): Confidence {
  return process.example ? 'low' : 'high';
}

function addressReason(address: Value | null | undefined): readonly Reason[] {
  if (!address || address.text === '') return [];
  return address.via.map((span) => ({ span, text: `gives ${address.text}` }));
}

function authReasons({ recognition }: RunningProcess, { auth }: ServiceListener): readonly Reason[] {
  const because = recognition?.because;
  const named = because?.span ? [{ span: because.span, text: because.text }] : [];
  const decided = auth.because.map(({ span, text }) => ({
    span,
    text: auth.state === 'off' ? `${text} switches it off` : text,
  }));
  const unseen = auth.unless.map((span) => ({ span, text: 'may set a key, and is not here to be read' }));
  return [...decided, ...unseen, ...named];
}
