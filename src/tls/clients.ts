import type { Certificate, ChainFacts, ClientRefusal, TrustFacts } from '../model/certificate.ts';
import type { ProtocolFacts, TlsVersion } from '../model/tls.ts';
import type { GroupInfo } from '../model/tls-table.ts';
import { mismatch } from './trust.ts';

/*
 * Which common clients will turn this endpoint down with their defaults, and what each of them needs instead.
 */

interface Client {
  readonly name: string;
  /** Where its trusted authorities come from, and how to add one. */
  readonly trust: string;
  readonly oldest: TlsVersion;
  /** Longest lifetime it takes of a public authority's certificate is judged by browsers alone. */
  readonly browser?: true;
}

/** Defaults of current releases: Go 1.22 crypto/tls, Python 3.10 ssl, Node 20 tls, OpenSSL 3 security level 1 to 2. */
const CLIENTS: readonly Client[] = [
  { name: 'Go', trust: 'add the authority to the system store, or set SSL_CERT_FILE', oldest: 'TLSv1.2' },
  { name: 'Python requests', trust: 'set REQUESTS_CA_BUNDLE or pass verify="ca.pem"', oldest: 'TLSv1.2' },
  {
    name: 'Python httpx',
    trust: 'set SSL_CERT_FILE or pass verify=ssl.create_default_context(cafile="ca.pem")',
    oldest: 'TLSv1.2',
  },
  { name: 'Node', trust: 'set NODE_EXTRA_CA_CERTS', oldest: 'TLSv1.2' },
  { name: 'curl', trust: 'pass --cacert or set CURL_CA_BUNDLE', oldest: 'TLSv1.2' },
  {
    name: 'browsers',
    trust: 'import the authority into the browser or system store',
    oldest: 'TLSv1.2',
    browser: true,
  },
];

export interface ClientQuestion {
  readonly protocols: readonly ProtocolFacts[];
  readonly groups: readonly GroupInfo[];
  readonly leaf: Certificate | null;
  readonly chain: ChainFacts | null;
  readonly trust: TrustFacts | null;
  readonly clientCertificateRequired: boolean;
}

export function clientRefusals(question: ClientQuestion): ClientRefusal[] {
  return CLIENTS.flatMap((client) =>
    reasonsFor(client, question).map(({ reason, remedy }) => ({ client: client.name, reason, remedy })),
  );
}

interface Reason {
  readonly reason: string;
  readonly remedy: string;
}

function reasonsFor(
  client: Client,
  { protocols, groups, leaf, chain, trust, clientCertificateRequired }: ClientQuestion,
): Reason[] {
  const reasons: Reason[] = [];
  const offered = protocols.filter((protocol) => protocol.offered === true).map(({ version }) => version);
  const newest = offered.at(-1);
  if (newest !== undefined && newest < client.oldest)
    reasons.push({ reason: `the server's best version is ${newest}`, remedy: 'offer TLS 1.2 and 1.3' });
  if (onlyHybrid(offered, groups))
    reasons.push({
      reason: 'the server takes only post-quantum groups',
      remedy: 'accept x25519 beside the hybrid group, or use a client with OpenSSL 3.5, Go 1.24 or a current browser',
    });
  if (clientCertificateRequired)
    reasons.push({
      reason: 'the server demands a client certificate',
      remedy: 'give the client a certificate and key that the server accepts',
    });
  if (!leaf || !trust) return reasons;

  if (trust.nameCovered === false) reasons.push(nameReason(client, leaf, trust.name ?? ''));
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
  if (trust.states.includes('self-signed'))
    reasons.push({ reason: 'the certificate is self-signed', remedy: client.trust });
  if (trust.states.includes('your-ca'))
    reasons.push({ reason: `its authority '${trust.anchor}' is not known to it by default`, remedy: client.trust });
  if (trust.states.includes('unknown-ca')) reasons.push(unknownAuthority(client, chain));
  if (leaf.signatureHash === 'SHA-1' || leaf.signatureHash === 'MD5')
    reasons.push({
      reason: `the certificate is signed with ${leaf.signatureHash}`,
      remedy: 'have it issued anew with SHA-256',
    });
  if (leaf.key.kind === 'RSA' && leaf.key.bits < 1024)
    reasons.push({ reason: `its RSA key has ${leaf.key.bits} bits`, remedy: 'use 2048 bits or more' });
  if (
    leaf.extendedKeyUsage.length > 0 &&
    !leaf.extendedKeyUsage.includes('serverAuth') &&
    !leaf.extendedKeyUsage.includes('any')
  ) {
    reasons.push({
      reason: 'the certificate is not for servers (extendedKeyUsage lacks serverAuth)',
      remedy: 'have it issued with serverAuth',
    });
  }
  if (client.browser && leaf.key.kind.startsWith('Ed'))
    reasons.push({ reason: `browsers do not take ${leaf.key.kind} certificates`, remedy: 'use ECDSA P-256' });
  return reasons;
}

function nameReason(client: Client, leaf: Certificate, name: string): Reason {
  if (leaf.dnsNames.length + leaf.ipAddresses.length === 0) {
    const common = leaf.commonName ? `; the common name '${leaf.commonName}' does not count` : '';
    return {
      reason: `no subjectAltName${client.name === 'Go' ? '' : common}`,
      remedy: `have it issued with a subjectAltName for ${name}`,
    };
  }
  return { reason: mismatch(leaf, name), remedy: `dial it by a name it covers, or have it issued for ${name}` };
}

function unknownAuthority(client: Client, chain: ChainFacts | null): Reason {
  if (chain?.incomplete === true) {
    const aside = client.browser ? ' (some fetch it themselves)' : '';
    return {
      reason: `an intermediate certificate is not sent${aside}`,
      remedy: 'serve the full chain (fullchain.pem)',
    };
  }
  return { reason: 'its authority is not known', remedy: client.trust };
}

function onlyHybrid(offered: readonly TlsVersion[], groups: readonly GroupInfo[]): boolean {
  return (
    offered.length > 0 &&
    offered.every((version) => version === 'TLSv1.3') &&
    groups.length > 0 &&
    groups.every(({ kind }) => kind === 'hybrid' || kind === 'mlkem')
  );
}
