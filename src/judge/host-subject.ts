import type { AgeDrift, BindDrift, DeclaredDrift, Drift, KeyDrift } from '../model/drift.ts';
import type { Location } from '../model/finding.ts';
import type { AddressAnswer, Exposure } from '../model/host.ts';
import type { AuthSetting } from '../model/process-settings.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import { endpointSubject } from './subject.ts';
import { known, placeOf } from './tls-subject.ts';

const KEY_TEXT = {
  set: 'a key is given to its process',
  unset: 'no key is given to its process',
  off: 'a setting switches authentication off',
  impossible: 'it has no authentication of its own',
  default: 'it asks for credentials unless told otherwise',
  unknown: undefined,
} as const satisfies Record<AuthSetting, string | undefined>;

/** A door of this host as rules see it. */
export function judgedExposure(exposure: Exposure, key: AuthSetting, managers: readonly string[]): JudgedSubject {
  const { port, service, bound, reach, answers, firewall, pastFirewall, forecast } = exposure;
  const asked = answers.filter(({ state }) => state !== 'not-asked');
  const answering = asked.filter(({ state }) => state === 'answers');
  const network = asked.filter(isBeyond);
  const beyond = answering.filter(isBeyond);
  const loopbackOnly = bound.every((address) => address.startsWith('127.') || address === '::1');
  const auth = answering.map((one) => one.auth).find((state) => state !== null && state !== 'unknown');
  const heard = auth !== undefined;
  return {
    kind: 'relation',
    subject: known({
      relation: 'exposure',
      service: service.name,
      port,
      reach,
      bound: bound.join(', '),
      heard,
      key,
      keyText: KEY_TEXT[key],
      auth,
      firewall: firewall.verdict,
      manager: managers.join(', ') || 'the firewall',
      pastFirewall,
      forecast,
      loopbackOnly,
      reachedFromNetwork: network.length > 0 ? beyond.length > 0 : asked.length > 0 ? false : undefined,
      answeringFrom: beyond.map(({ address }) => address).join(', ') || undefined,
      silentOnNetwork:
        asked.length === 0 ? undefined : answering.length > 0 && network.length > 0 && beyond.length === 0,
    }),
    location: hostLocation(bound, port),
    identity: ['exposure', service.id, port].join('\n'),
    confidence: 'high',
    evidence: [],
    related: [],
    examined: true,
  };
}

/** Containers of this host are no network that it is exposed to. */
function isBeyond({ reach }: AddressAnswer): boolean {
  return reach !== 'loopback' && reach !== 'container';
}

function hostLocation(bound: readonly string[], port: number): Location {
  return { kind: 'host', host: bound[0] ?? 'this host', port };
}

export function judgedDrift(drift: Drift): JudgedSubject {
  switch (drift.kind) {
    case 'bind':
      return bindDrift(drift);
    case 'key':
      return keyDrift(drift);
    case 'age':
      return ageDrift(drift);
    case 'declared':
      return declaredDrift(drift);
  }
}

const PLAIN = { kind: 'relation', confidence: 'high', evidence: [], related: [], examined: true } as const;

function bindDrift({ service, port, told, by, listens, wider }: BindDrift): JudgedSubject {
  return {
    ...PLAIN,
    subject: known({ relation: 'drift-bind', service, told, by, listens: listens.join(', '), wider }),
    location: { kind: 'host', host: listens[0]?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') ?? 'this host', port },
    identity: ['drift-bind', service, port].join('\n'),
  };
}

function keyDrift({ service, port, by, endpoint, reach }: KeyDrift): JudgedSubject {
  const { doors } = endpoint ? endpointSubject(endpoint) : { doors: undefined };
  return {
    ...PLAIN,
    subject: known({
      relation: 'drift-key',
      service,
      place: endpoint ? placeOf(endpoint) : undefined,
      key: 'set',
      by,
      auth: endpoint?.auth.overall,
      reach,
      doors: doors || undefined,
    }),
    location: {
      kind: 'endpoint',
      ...(endpoint?.host ? { host: endpoint.host } : {}),
      port,
      ...(endpoint?.url ? { url: endpoint.url } : {}),
    },
    identity: ['drift-key', service, port].join('\n'),
    evidence: endpoint?.evidence.filter(({ about }) => about === 'door').slice(0, 3) ?? [],
  };
}

function ageDrift({ service, process: name, startedAt, file, changedAt }: AgeDrift): JudgedSubject {
  return {
    ...PLAIN,
    confidence: 'medium',
    subject: known({
      relation: 'drift-age',
      service,
      process: name,
      started: startedAt === null ? undefined : minuteOf(startedAt),
      changed: minuteOf(changedAt),
      file,
      older: startedAt === null ? undefined : Date.parse(startedAt) < Date.parse(changedAt),
    }),
    location: { kind: 'file', file },
    identity: ['drift-age', name, file].join('\n'),
  };
}

function declaredDrift({ service, port, location, declared, observed, differs, wider }: DeclaredDrift): JudgedSubject {
  const { file = '?', line } = location;
  return {
    ...PLAIN,
    confidence: 'medium',
    subject: known({
      relation: 'drift-declared',
      service,
      file: line === undefined ? file : `${file}:${line}`,
      declared,
      observed,
      differs,
      wider,
    }),
    location,
    identity: ['drift-declared', service, port, file].join('\n'),
  };
}

/** `2026-11-20 09:00 UTC` */
function minuteOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
