import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateSubject } from '../../src/judge/certificate-subject.ts';
import type { TrustState } from '../../src/model/certificate.ts';
import { anchors } from '../../src/tls/anchors.ts';
import { buildPath, chainFacts } from '../../src/tls/chain.ts';
import { clientRefusals } from '../../src/tls/clients.ts';
import { covers } from '../../src/tls/host-name.ts';
import { judgeTrust } from '../../src/tls/trust.ts';
import { builtinCatalogue } from '../support/prober.ts';
import { TABLES } from './support/inspect.ts';
import { type CertificateWish, ecKeys, edKeys, type Issued, issue, parsed, rsaKeys } from './support/issue.ts';

/*
 * The checklist of badssl.com, made here and now: each case with the trust states and the rules it must bring up.
 */

const NOW = Date.parse('2026-11-21T00:00:00Z');
const ROOT = issue({ subject: 'Test root', ca: true, to: '2036-01-01T00:00:00Z' });
const MIDDLE = issue({ subject: 'Test intermediate', ca: true, issuer: ROOT, to: '2033-01-01T00:00:00Z' });
const STRANGER = issue({ subject: 'Somebody else', ca: true });
const BOX: CertificateWish = {
  subject: 'box.test',
  dns: ['box.test'],
  issuer: ROOT,
  from: '2026-10-01T00:00:00Z',
  to: '2027-03-01T00:00:00Z',
};

interface Case {
  readonly name: string;
  readonly sent: readonly Issued[];
  readonly asked?: string;
  readonly states: readonly TrustState[];
  readonly rules: readonly string[];
}

const named = (more: CertificateWish) => issue({ ...BOX, ...more });
const { issuer: _issuer, ...ALONE } = BOX;

const CASES: readonly Case[] = [
  { name: 'good', sent: [named({})], states: ['your-ca'], rules: [] },
  { name: 'good with intermediate', sent: [named({ issuer: MIDDLE }), MIDDLE], states: ['your-ca'], rules: [] },
  { name: 'ed25519', sent: [named({ keys: edKeys() })], states: ['your-ca'], rules: [] },
  { name: 'P-384', sent: [named({ keys: ecKeys('secp384r1') })], states: ['your-ca'], rules: [] },
  { name: 'RSA 4096', sent: [named({ keys: rsaKeys(4096) })], states: ['your-ca'], rules: [] },
  {
    name: 'expired',
    sent: [named({ from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' })],
    states: ['your-ca', 'expired'],
    rules: ['expired'],
  },
  {
    name: 'not yet valid',
    sent: [named({ from: '2027-01-01T00:00:00Z', to: '2027-06-01T00:00:00Z' })],
    states: ['your-ca', 'not-yet-valid'],
    rules: ['not-yet-valid'],
  },
  {
    name: 'expiring',
    sent: [named({ from: '2026-09-01T00:00:00Z', to: '2026-12-10T00:00:00Z' })],
    states: ['your-ca'],
    rules: ['expiring'],
  },
  {
    name: 'wrong host',
    sent: [named({})],
    asked: 'other.test',
    states: ['your-ca', 'name-mismatch'],
    rules: ['name-mismatch'],
  },
  {
    name: 'address not covered',
    sent: [named({})],
    asked: '10.0.1.50',
    states: ['your-ca', 'name-mismatch'],
    rules: ['name-mismatch'],
  },
  { name: 'IP SAN', sent: [named({ ip: ['10.0.1.50'] })], asked: '10.0.1.50', states: ['your-ca'], rules: [] },
  { name: 'no SAN', sent: [named({ dns: [] })], states: ['your-ca', 'name-mismatch'], rules: ['missing-san'] },
  { name: 'empty subject', sent: [named({ subject: '' })], states: ['your-ca'], rules: [] },
  {
    name: '1000 SANs',
    sent: [named({ dns: Array.from({ length: 999 }, (_, n) => `n${n}.test`).concat('box.test') })],
    states: ['your-ca'],
    rules: [],
  },
  { name: 'wildcard', sent: [named({ dns: ['*.lan.test'] })], asked: 'a.lan.test', states: ['your-ca'], rules: [] },
  // OpenSSL, and so Python and curl, want two labels behind the star (X509_check_host).
  {
    name: 'wildcard over a top-level name',
    sent: [named({ dns: ['*.test'] })],
    states: ['your-ca', 'name-mismatch'],
    rules: ['name-mismatch'],
  },
  {
    name: 'wildcard of two labels',
    sent: [named({ dns: ['*.lan.test'] })],
    asked: 'a.b.lan.test',
    states: ['your-ca', 'name-mismatch'],
    rules: ['name-mismatch'],
  },
  { name: 'self-signed', sent: [issue(ALONE)], states: ['self-signed'], rules: ['self-signed'] },
  {
    name: 'unknown root',
    sent: [named({ issuer: STRANGER })],
    states: ['unknown-ca'],
    rules: ['incomplete-chain', 'untrusted'],
  },
  {
    name: 'unknown root, sent along',
    sent: [named({ issuer: STRANGER }), STRANGER],
    states: ['unknown-ca'],
    rules: ['untrusted'],
  },
  {
    name: 'incomplete',
    sent: [named({ issuer: MIDDLE, locatesIssuer: true })],
    states: ['unknown-ca'],
    rules: ['incomplete-chain', 'untrusted'],
  },
  {
    name: 'reversed',
    sent: [named({ issuer: issue({ subject: 'Second', ca: true, issuer: MIDDLE }) })],
    states: ['unknown-ca'],
    rules: ['incomplete-chain', 'untrusted'],
  },
  {
    name: 'SHA-1',
    sent: [named({ issuer: issue({ subject: 'Old root', ca: true, keys: rsaKeys() }), hash: 'sha1' })],
    states: ['unknown-ca'],
    rules: ['incomplete-chain', 'untrusted', 'weak-signature'],
  },
  { name: 'RSA 512', sent: [named({ keys: rsaKeys(512) })], states: ['your-ca'], rules: ['weak-key'] },
  { name: 'RSA 1024', sent: [named({ keys: rsaKeys(1024) })], states: ['your-ca'], rules: ['weak-key'] },
  { name: 'CA as leaf', sent: [named({ ca: true })], states: ['your-ca'], rules: ['ca-certificate-as-leaf'] },
  {
    name: 'client certificate as leaf',
    sent: [named({ usage: '1.3.6.1.5.5.7.3.2' })],
    states: ['your-ca'],
    rules: ['wrong-usage'],
  },
];

const stores = { public: anchors([]), own: anchors([ROOT.der]) };

function examine(
  { sent, asked = 'box.test' }: Pick<Case, 'sent' | 'asked'>,
  pins: readonly string[] = [],
  given = stores,
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
  return { leaf, chain, trust, subject: certificateSubject(found, TABLES.lifetimes, NOW) };
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
  const publicly = { public: anchors([root.der]), own: anchors([]) };
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

test('each client is told why it will refuse and what it needs', () => {
  const refusals = (one: Pick<Case, 'sent' | 'asked'>) => {
    const { leaf, chain, trust } = examine(one);
    return clientRefusals({ protocols: [], groups: [], leaf, chain, trust, clientCertificateRequired: false });
  };

  const nameless = refusals({ sent: [named({ dns: [] })] });
  const misnamed = refusals({ sent: [named({})], asked: '10.0.1.50' });

  assert.equal(nameless.find(({ client }) => client === 'Go')?.reason, 'no subjectAltName');
  assert.match(nameless.find(({ client }) => client === 'curl')?.reason ?? '', /common name 'box.test' does not count/);
  assert.match(
    misnamed.find(({ client }) => client === 'Python requests')?.reason ?? '',
    /does not cover '10\.0\.1\.50'/,
  );
  assert.match(misnamed.filter(({ client }) => client === 'Node').at(-1)?.remedy ?? '', /NODE_EXTRA_CA_CERTS/);
  assert.deepEqual(new Set(misnamed.map(({ client }) => client)).size, 6);
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
