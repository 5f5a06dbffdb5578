import type { Deployable } from '../../model/deploy.ts';
import { reachOf } from '../services/address.ts';
import type { ServiceListener, ServiceView } from '../services/evaluate.ts';
import type { Recognition } from '../services/recognise.ts';
import type { DeclaredProcess, StatedListener } from './declarations.ts';
import { known } from './value.ts';

/** What stands for a program of which only its code is known. */
const GENERIC = 'fastapi';

/** A service whose code or unit says itself where it listens: what is said there counts, not what is usual. */
export function statedService(
  { listeners, span, network }: DeclaredProcess,
  services: readonly Deployable[],
): Recognition | null {
  const [first] = listeners;
  if (!first) return null;
  const service = services.find(({ id }) => id === (first.service ?? GENERIC));
  if (!service) return null;
  const named =
    first.service === null ? { ...service, id: 'server', name: capital(first.what), fix: service.fix } : service;
  return {
    service: named,
    confidence: 'high',
    serves: true,
    contained: network.kind === 'own',
    packaging: 'binary',
    because: { text: `starts ${first.what}`, span },
    image: null,
    reference: null,
    argv: [],
    assignments: [],
  };
}

export function withStated(view: ServiceView, stated: readonly StatedListener[], contained: boolean): ServiceView {
  if (stated.length === 0) return view;
  const usual = view.listeners[0];
  const listeners = stated.map((listener) => listenerOf(listener, view, usual, contained));
  return { ...view, listeners, auth: listeners[0]?.auth ?? view.auth };
}

function listenerOf(
  stated: StatedListener,
  view: ServiceView,
  usual: ServiceListener | undefined,
  contained: boolean,
): ServiceListener {
  const address = stated.address ? (known(stated.address) ?? null) : (usual?.address.text ?? null);
  const text = address === '' ? '0.0.0.0' : address;
  const own = view.auth.state;
  const state = stated.auth === 'unknown' ? (own === 'unknown' && !contained ? 'off' : own) : stated.auth;
  return {
    main: true,
    what: 'the service',
    role: 'api',
    transport: 'http',
    address: { text, value: stated.address },
    reach: text === null ? 'unknown' : reachOf(text),
    port: stated.port
      ? { text: known(stated.port) ?? null, value: stated.port }
      : (usual?.port ?? { text: null, value: null }),
    tls: stated.tls,
    auth: {
      ...view.auth,
      state,
      presumed: state === 'off' && (view.service.kind === 'generic' || stated.auth === 'unknown'),
    },
  };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
