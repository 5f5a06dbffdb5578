import type { DeclaredRequest } from '../model/exchange.ts';
import type { Catalogue, Service } from '../model/service.ts';
import { requestsOf } from './check.ts';
import { FOREIGN_HOST, FOREIGN_ORIGIN } from './request.ts';

/** One request that the program can send, as `postern rules requests` prints it. */
export interface RequestListing {
  readonly service: string;
  /** `variant`: sent by `postern verify` only. */
  readonly kind: DeclaredRequest['kind'] | 'control' | 'variant';
  readonly method: string;
  /** `{random}` stands for 16 hexadecimal digits. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly read: DeclaredRequest['read'];
}

/** Every request the program can send, sorted; a test holds all traffic against this list. */
export function requestListing(catalogue: Catalogue): RequestListing[] {
  const control: RequestListing = {
    service: 'any',
    kind: 'control',
    method: 'GET',
    path: '/postern-{random}',
    headers: {},
    body: null,
    read: 'body',
  };
  return [control, ...catalogue.services.flatMap(listService)];
}

function listService(service: Service): RequestListing[] {
  const listings = new Map<string, RequestListing>();
  const add = (
    request: DeclaredRequest,
    headers: Readonly<Record<string, string>>,
    kind: RequestListing['kind'] = request.kind,
  ): void => {
    const listing: RequestListing = {
      service: service.id,
      kind,
      method: request.method,
      path: request.path,
      headers,
      body: request.body ?? null,
      read: request.read,
    };
    listings.set(JSON.stringify(listing), listing);
  };
  for (const request of requestsOf(service)) add(request, request.headers);
  if (service.cors) add({ ...service.cors.request, read: 'status-only' }, { origin: FOREIGN_ORIGIN });
  if (service.hostCheck) add(service.hostCheck.request, { host: FOREIGN_HOST });
  for (const { request } of service.verify.variants) add(request, request.headers, 'variant');
  return [...listings.values()].sort((a, b) => compare(order(a), order(b)));
}

const KIND_ORDER = ['control', 'read', 'protocol', 'gate', 'variant'];

function order(listing: RequestListing): string {
  return `${KIND_ORDER.indexOf(listing.kind)} ${listing.path} ${listing.method}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `GET /path` with what makes it special, on one line. */
export function requestLine(listing: RequestListing): string {
  const headers = Object.entries(listing.headers).map(([name, value]) => `${name}: ${value}`);
  const notes = [
    ...headers,
    ...(listing.body === null ? [] : [listing.body === '' ? 'empty body' : `body ${listing.body}`]),
    ...(listing.read === 'body' ? [] : [listing.read]),
  ];
  return `${listing.method} ${listing.path}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`;
}
