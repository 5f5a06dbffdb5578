import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateSubject } from '../../src/judge/certificate-subject.ts';
import { groupedRefusals } from '../../src/report/tls/refusals.ts';
import { anchors } from '../../src/tls/anchors.ts';
import { buildPath, chainFacts } from '../../src/tls/chain.ts';
import { clientRefusals } from '../../src/tls/clients.ts';
import { readElement, readElements } from '../../src/tls/der/read.ts';
import { bitString, oid, sequence } from '../../src/tls/der/write.ts';
import { covers } from '../../src/tls/host-name.ts';
import { areKin } from '../../src/tls/kinship.ts';
import { judgeTrust } from '../../src/tls/trust.ts';
import { builtinCatalogue } from '../support/prober.ts';
import { type Case, checklist } from './support/checklist.ts';
import { TABLES } from './support/inspect.ts';
import { type Issued, issue, parsed } from './support/issue.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const { root: ROOT, middle: MIDDLE, named, alone: ALONE, cases: CASES } = checklist(NOW);

function examine(
  { sent, asked = 'box.test', trusted = [] }: Pick<Case, 'sent' | 'asked' | 'trusted'>,
  pins: readonly string[] = [],
  given = { public: anchors(() => []), own: anchors(() => [ROOT, ...trusted].map(({ der }) => der)) },
) {
  const certificates = sent.map(parsed);
  const path = buildPath(certificates, given);
  const trust = judgeTrust(path, { name: asked, pins, now: NOW });
  const chain = chainFacts(certificates, path, given);
  const leaf = parsed(sent[0] as Issued).facts;
  const signed = path.certificates.filter(({ facts }) => !facts.selfSigned).map(({ facts }) => facts);
  const found = {
    certificate: leaf,
    place: 'box.test:443',
    location: { kind: 'endpoint' } as const,
    reach: 'lan',
    chain,
    trust,
    keyMatches: null,
    signed,
  };
  return { path: path.certificates, leaf, chain, trust, subject: certificateSubject(found, TABLES.lifetimes, NOW) };
}

const catalogue = await builtinCatalogue();

function rulesFor(subject: object): string[] {
  const rules = catalogue.rules.filter(({ subject: kind }) => kind === 'certificate');
  return rules.filter(({ when }) => catalogue.matches(when, subject)).map(({ id }) => id);
}

for (const one of CASES) {
  test(`certificate: ${one.name}`, () => {
    const { trust, subject } = examine(one);

    assert.deepEqual(trust.states, one.states);
    assert.deepEqual(rulesFor(subject), one.rules);
  });
}

test('certificates out of order are told from extra ones, and the root that is sent too', () => {
  const leaf = named({ issuer: issue({ subject: 'Second', ca: true, issuer: MIDDLE }) });
  const second = issue({ subject: 'Chain two', ca: true, issuer: MIDDLE });
  const end = named({ issuer: second });

  const straight = examine({ sent: [end, second, MIDDLE] });
  const turned = examine({ sent: [end, MIDDLE, second] });
  const padded = examine({ sent: [end, second, leaf, MIDDLE, ROOT] });

  assert.deepEqual([straight.chain.misordered, straight.chain.unrelated, straight.chain.path.length], [false, 0, 4]);
  assert.equal(turned.chain.misordered, true);
  assert.deepEqual(rulesFor(turned.subject), ['misordered-chain']);
  assert.deepEqual([padded.chain.misordered, padded.chain.unrelated, padded.chain.anchorSent], [false, 1, true]);
});

test('a pin makes a key trusted, and a wrong pin is said', () => {
  const strange = issue(ALONE);
  const { pin } = parsed(strange).facts;

  const right = examine({ sent: [strange] }, [pin]);
  const wrong = examine({ sent: [strange] }, ['sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=']);

  assert.deepEqual(right.trust.states, ['pinned', 'self-signed']);
  assert.deepEqual(rulesFor(right.subject), []);
  assert.deepEqual(rulesFor(wrong.subject), ['pin-mismatch']);
});

test('a public certificate may not live longer than its day of issue allows; a private one may', () => {
  const root = issue({ subject: 'Public root', ca: true, to: '2040-01-01T00:00:00Z' });
  const publicly = { public: anchors(() => [root.der]), own: anchors(() => []) };
  const days = (from: string, to: string) =>
    rulesFor(examine({ sent: [named({ issuer: root, from, to })] }, [], publicly).subject);

  assert.deepEqual(days('2026-10-01T00:00:00Z', '2027-04-18T23:59:59Z'), [], '200 days');
  assert.deepEqual(days('2026-10-01T00:00:00Z', '2027-04-20T00:00:00Z'), ['overlong-lifetime']);
  assert.deepEqual(
    days('2026-03-14T00:00:00Z', '2027-04-10T00:00:00Z'),
    [],
    '392 days, issued before the limit of 200',
  );
});

function refusals(one: Pick<Case, 'sent' | 'asked' | 'trusted'>, pins: readonly string[] = []) {
  const { path, chain, trust } = examine(one, pins);
  const offer = { protocols: [], groups: [], groupsExhaustive: false };
  return clientRefusals({ ...offer, path, chain, trust, clientCertificateRequired: false }, TABLES.clients);
}

test('each client is told why it will refuse and what it needs', () => {
  const nameless = refusals({ sent: [named({ dns: [] })] });
  const misnamed = refusals({ sent: [named({})], asked: '127.0.1.50' });

  assert.match(nameless.find(({ client }) => client === 'Go')?.reason ?? '', /common name 'box.test' does not count/);
  assert.doesNotMatch(nameless.find(({ client }) => client === 'curl')?.reason ?? '', /subjectAltName/);
  assert.match(
    misnamed.find(({ client }) => client === 'Python requests')?.reason ?? '',
    /does not cover '127\.0\.1\.50'/,
  );
  assert.match(misnamed.filter(({ client }) => client === 'Node').at(-1)?.remedy ?? '', /NODE_EXTRA_CA_CERTS/);
  assert.deepEqual(new Set(misnamed.map(({ client }) => client)).size, 7);
});

test('no client knows of a pin, and Firefox takes no certificate that stands for itself', () => {
  const stranger = issue({ subject: 'Somebody else', ca: true });
  const itself = issue({ ...ALONE, ca: true, keyUsage: 0x86 });
  const [leaf, authority] = [named({ issuer: stranger }), named({ ca: true, keyUsage: 0x86 })];
  const reasons = (
    name: string,
    sent: readonly Issued[],
    pins: readonly string[] = [],
    trusted: readonly Issued[] = [],
  ) => refusals({ sent, trusted }, pins).flatMap(({ client, reason }) => (client === name ? [reason] : []));

  assert.deepEqual(reasons('Go', [leaf, stranger], [parsed(leaf).facts.pin]), ['its authority is not known']);
  assert.deepEqual(reasons('Chrome', [itself]), ['the certificate is self-signed']);
  assert.deepEqual(reasons('Firefox', [itself]), ['the certificate is self-signed']);
  assert.deepEqual(reasons('Firefox', [itself], [], [itself]), ['the certificate is self-signed, trusted or not']);
  assert.deepEqual(reasons('Firefox', [authority]), [
    "it takes no authority's certificate for a server's, trusted or not",
    "its authority 'CN=Test root' is not known to it by default",
  ]);
});

test('that an intermediate is missing is said only where the certificate shows that there is one', () => {
  const reason = (one: Pick<Case, 'sent'>) => refusals(one).find(({ client }) => client === 'Go');
  const stranger = issue({ subject: 'Somebody else', ca: true });

  assert.equal(
    reason({ sent: [named({ issuer: MIDDLE, logged: true })] })?.reason,
    'an intermediate certificate is not sent',
  );
  const open = reason({ sent: [named({ issuer: stranger })] });
  assert.equal(open?.reason, 'its authority is not known, or an intermediate certificate is not sent');
  assert.match(open?.remedy ?? '', /^add the authority .*; or serve the full chain/);
  assert.equal(reason({ sent: [named({ issuer: stranger }), stranger] })?.reason, 'its authority is not known');
});

const NAMES: readonly [string, string, boolean][] = [
  ['CN=Acme Root CA', 'CN=Acme Issuing CA 2', true],
  ['CN=Root CA, O=Acme Ltd., C=DE', 'CN=TLS R3, O=Acme', true],
  ['CN=Caddy Local Authority - 2026 ECC Root', 'CN=Caddy Local Authority - ECC Intermediate', true],
  ['CN=Test root', 'CN=Test intermediate', true],
  ['CN=Test root', 'CN=Somebody else', false],
  ['CN=Acme Root CA', 'CN=Other Root CA', false],
  ['CN=Acme Root CA, C=DE', 'CN=Other Root CA, C=DE', false],
];

for (const [one, other, expected] of NAMES) {
  test(`${other} is ${expected ? '' : 'not '}called after the same as ${one}`, () => {
    assert.deepEqual([areKin(one, other), areKin(other, one)], [expected, expected]);
  });
}

test('clients that refuse for one reason stand together, with what each of them needs', () => {
  const alone = refusals({ sent: [issue(ALONE)] }).filter(({ client }) => ['curl', 'Chrome', 'Node'].includes(client));

  const [group, ...more] = groupedRefusals(alone);

  assert.deepEqual(more, []);
  assert.deepEqual(group, {
    clients: 'Node, curl, Chrome',
    reason: 'the certificate is self-signed',
    remedies: [
      'Node: set NODE_EXTRA_CA_CERTS',
      'curl: pass --cacert or set CURL_CA_BUNDLE',
      'Chrome: import the authority into the browser or system store',
    ],
  });
});

test('names are compared as RFC 9525 says', () => {
  const certificate = { dnsNames: ['ai.lan', '*.apps.lan'], ipAddresses: ['10.0.0.1', '::1'] };

  for (const name of ['ai.lan', 'AI.LAN', 'ai.lan.', 'x.apps.lan', '10.0.0.1', '::1', '0:0:0:0:0:0:0:1', '[::1]'])
    assert.ok(covers(certificate, name), name);
  for (const name of ['apps.lan', 'a.b.apps.lan', 'xai.lan', '10.0.0.2', '::2', 'lan', ''])
    assert.ok(!covers(certificate, name), name);
  assert.ok(!covers({ dnsNames: ['*'], ipAddresses: [] }, 'lan'));
  assert.ok(
    !covers({ dnsNames: ['10.0.0.1'], ipAddresses: [] }, '10.0.0.1'),
    'an address written as a DNS name does not count',
  );
});

test('a group that came first in a quick inspection is not taken for the only one', () => {
  const modern = { version: 'TLSv1.3', offered: true, searched: 'unwanted', suites: [] } as const;
  const protocols = [{ ...modern, preference: 'unknown', reason: null }] as const;
  const groups = TABLES.groups.filter(({ name }) => name === 'X25519MLKEM768');
  const refused = (groupsExhaustive: boolean) =>
    clientRefusals(
      { protocols, groups, groupsExhaustive, path: [], chain: null, trust: null, clientCertificateRequired: false },
      TABLES.clients,
    ).map(({ client }) => client);

  assert.deepEqual(refused(false), []);
  assert.deepEqual(refused(true), ['Python requests', 'Python httpx', 'curl']);
});

/** Nobody here can sign with such keys; what is read of them are identifiers and sizes. */
function unsignable(algorithm: string, keyOctets: number): Issued {
  const { der, ...rest } = named({});
  const [tbs] = readElements(readElement(der)?.body ?? der) ?? [];
  const fields = readElements(tbs?.body ?? der) ?? [];
  const id = sequence(oid(algorithm));
  const key = sequence(id, bitString(new Uint8Array(keyOctets)));
  const body = fields.map(({ whole }, index) => (index === 2 ? id : index === 6 ? key : whole));
  return { der: sequence(sequence(...body), id, bitString(new Uint8Array(64))), ...rest };
}

test('post-quantum keys and signatures have names and sizes (FIPS 204 and 205, RFC 9881 and 9909)', () => {
  const read = (last: number, octets: number) => {
    const { key, signature, signatureHash } = parsed(unsignable(`2.16.840.1.101.3.4.3.${last}`, octets)).facts;
    return [key.kind, key.curve, key.bits, signature, signatureHash];
  };

  assert.deepEqual(read(17, 1312), ['ML-DSA', 'ML-DSA-44', 10_496, 'ML-DSA-44', null]);
  assert.deepEqual(read(18, 1952), ['ML-DSA', 'ML-DSA-65', 15_616, 'ML-DSA-65', null]);
  assert.deepEqual(read(19, 2592), ['ML-DSA', 'ML-DSA-87', 20_736, 'ML-DSA-87', null]);
  assert.deepEqual(read(20, 32), ['SLH-DSA', 'SLH-DSA-SHA2-128s', 256, 'SLH-DSA-SHA2-128s', null]);
  assert.deepEqual(read(31, 64), ['SLH-DSA', 'SLH-DSA-SHAKE-256f', 512, 'SLH-DSA-SHAKE-256f', null]);
});

test('an algorithm that is not known keeps its identifier', () => {
  const { key, signature, signatureHash } = parsed(unsignable('1.2.3.4', 100)).facts;

  assert.deepEqual([key.kind, key.curve, signature, signatureHash], ['other', '1.2.3.4', '1.2.3.4', 'other']);
});
