import type { Certificate, ChainFacts, ClientRefusal, TrustFacts } from '../model/certificate.ts';
import type { ClientInfo } from '../model/tls-table.ts';
import type { ParsedCertificate } from './certificate.ts';
import { type Offer, obstacle } from './common-ground.ts';
import { covers } from './host-name.ts';
import { strictProfileGaps } from './strict-profile.ts';
import { mismatch } from './trust.ts';

/*
 * Which common clients will turn this endpoint down with their defaults (rules/tables/clients.yaml), and what each of
 * them needs instead. The tests let the clients themselves try.
 */

export interface ClientQuestion extends Offer {
  /** From the leaf towards the anchor; empty where no certificate was read. */
  readonly path: readonly ParsedCertificate[];
  readonly chain: ChainFacts | null;
  readonly trust: TrustFacts | null;
  readonly clientCertificateRequired: boolean;
}

interface Reason {
  readonly reason: string;
  readonly remedy: string;
}

export function clientRefusals(question: ClientQuestion, clients: readonly ClientInfo[]): ClientRefusal[] {
  return clients.flatMap((client) =>
    [...connectionReasons(client, question), ...trustReasons(client, question), ...keyReasons(client, question)].map(
      ({ reason, remedy }) => ({ client: client.name, reason, remedy }),
    ),
  );
}

function connectionReasons(client: ClientInfo, question: ClientQuestion): Reason[] {
  const reasons: Reason[] = [];
  const found = obstacle(client, question);
  if (found) reasons.push(found);
  if (question.clientCertificateRequired)
    reasons.push({
      reason: 'the server demands a client certificate',
      remedy: 'give the client a certificate and key that the server accepts',
    });
  return reasons;
}

function trustReasons(client: ClientInfo, { path, chain, trust }: ClientQuestion): Reason[] {
  const leaf = path[0]?.facts;
  if (!leaf || !trust) return [];
  const reasons: Reason[] = [];
  if (trust.nameCovered === false && !coversForClient(client, leaf, trust.name ?? ''))
    reasons.push(nameReason(leaf, trust.name ?? ''));
  if (trust.states.includes('expired'))
    reasons.push({
      reason: trust.reasons.find((text) => text.includes('expired')) ?? 'the certificate has expired',
      remedy: 'renew it',
    });
  if (trust.states.includes('not-yet-valid'))
    reasons.push({
      reason: 'the certificate is not valid yet',
      remedy: 'check the clock of the client and of the authority',
    });
  reasons.push(...authorityReasons(client, leaf, chain, trust));
  if (client.strict)
    for (const gap of strictProfileGaps(path))
      reasons.push({ reason: `${client.strict}: ${gap}`, remedy: 'have it issued anew as RFC 5280 asks' });
  return reasons;
}

function authorityReasons(
  client: ClientInfo,
  leaf: Certificate,
  chain: ChainFacts | null,
  { states, anchor }: TrustFacts,
): Reason[] {
  const selfSigned = 'the certificate is self-signed';
  if (client.issuedOnly && leaf.selfSigned)
    return [
      { reason: states.includes('self-signed') ? selfSigned : `${selfSigned}, trusted or not`, remedy: OWN_LEAF },
    ];
  const reasons: Reason[] = [];
  if (client.issuedOnly && leaf.ca)
    reasons.push({ reason: "it takes no authority's certificate for a server's, trusted or not", remedy: OWN_LEAF });
  if (states.includes('self-signed')) reasons.push({ reason: selfSigned, remedy: client.trust });
  else if (states.includes('your-ca'))
    reasons.push({ reason: `its authority '${anchor}' is not known to it by default`, remedy: client.trust });
  // A pin is the user's word, of which no client knows.
  else if (states.includes('unknown-ca') || (states.includes('pinned') && anchor === null))
    reasons.push(unknownAuthority(chain, client));
  return reasons;
}

const OWN_LEAF = 'issue a server certificate from an authority of your own, or accept the exception in the browser';

/** What clients do that RFC 9525 does not. */
function coversForClient(client: ClientInfo, leaf: Certificate, name: string): boolean {
  const nameless = leaf.dnsNames.length + leaf.ipAddresses.length === 0;
  if (nameless && client.commonName && leaf.commonName)
    return covers({ dnsNames: [leaf.commonName], ipAddresses: [] }, name);
  const [, parent] = /^[^.]+\.([^.]+)\.?$/.exec(name.toLowerCase()) ?? [];
  return client.wildcardOverTopLevel === true && parent !== undefined && leaf.dnsNames.includes(`*.${parent}`);
}

function keyReasons(client: ClientInfo, { path, trust }: ClientQuestion): Reason[] {
  const leaf = path[0]?.facts;
  if (!leaf || !trust) return [];
  const reasons: Reason[] = [];
  const { key, extendedKeyUsage, keyUsage } = leaf;
  const weak = path.find(({ facts }) => !facts.selfSigned && WEAK_HASHES.includes(facts.signatureHash ?? ''))?.facts;
  if (weak) {
    const whose = weak === leaf ? 'the certificate' : `the authority '${weak.subject}'`;
    reasons.push({
      reason: `${whose} is signed with ${weak.signatureHash}`,
      remedy: 'have it issued anew with SHA-256',
    });
  }
  if (key.kind.startsWith('RSA') && key.bits < client.rsaBits)
    reasons.push({ reason: `its RSA key has ${key.bits} bits`, remedy: 'use 2048 bits or more' });
  if (!client.keys.includes(key.kind)) reasons.push(keyReason(key.kind));
  else if (key.kind === 'EC' && client.curves && !client.curves.includes(key.curve ?? ''))
    reasons.push(keyReason(key.curve ?? 'EC'));
  if (extendedKeyUsage.length > 0 && !extendedKeyUsage.includes('serverAuth') && !extendedKeyUsage.includes('any'))
    reasons.push({
      reason: 'the certificate is not for servers (extendedKeyUsage lacks serverAuth)',
      remedy: 'have it issued with serverAuth',
    });
  if (client.usage && keyUsage.length > 0 && !SERVING.some((use) => keyUsage.includes(use)))
    reasons.push({
      reason: `the certificate is not for servers (keyUsage is ${keyUsage.join(', ')})`,
      remedy: 'have it issued with digitalSignature',
    });
  return reasons;
}

const WEAK_HASHES = ['SHA-1', 'MD5', 'MD2'];

/** ssl server purpose of OpenSSL: one of them is enough. */
const SERVING = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];

function keyReason(kind: string): Reason {
  return { reason: `it takes no ${kind} certificates`, remedy: 'use an ECDSA P-256 key' };
}

function nameReason(leaf: Certificate, name: string): Reason {
  if (leaf.dnsNames.length + leaf.ipAddresses.length === 0) {
    const common = leaf.commonName ? `; the common name '${leaf.commonName}' does not count` : '';
    return { reason: `no subjectAltName${common}`, remedy: `have it issued with a subjectAltName for ${name}` };
  }
  return { reason: mismatch(leaf, name), remedy: `dial it by a name it covers, or have it issued for ${name}` };
}

function unknownAuthority(chain: ChainFacts | null, client: ClientInfo): Reason {
  const chained = 'serve the full chain (fullchain.pem)';
  if (chain?.incomplete === 'unknown')
    return {
      reason: 'its authority is not known, or an intermediate certificate is not sent',
      remedy: `${client.trust}; or ${chained}`,
    };
  if (!chain?.incomplete) return { reason: 'its authority is not known', remedy: client.trust };
  const aside = client.missingIssuer ? ` (${client.missingIssuer})` : '';
  return { reason: `an intermediate certificate is not sent${aside}`, remedy: chained };
}
