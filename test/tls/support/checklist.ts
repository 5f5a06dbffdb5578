import type { TrustState } from '../../../src/model/certificate.ts';
import { type CertificateWish, ecKeys, edKeys, type Issued, issue, rsaKeys } from './issue.ts';

/*
 * The checklist of badssl.com, made here and now: each case with the trust states and the rules it must bring up.
 */

export interface Case {
  readonly name: string;
  readonly sent: readonly Issued[];
  /** Authorities that are trusted besides the root. */
  readonly trusted?: readonly Issued[];
  /** `box.test` where left out. */
  readonly asked?: string;
  readonly states: readonly TrustState[];
  readonly rules: readonly string[];
}

export interface Checklist {
  readonly root: Issued;
  readonly middle: Issued;
  /** A good certificate of the root, but for what is wished. */
  named(more: CertificateWish): Issued;
  /** The same, to be signed by itself. */
  readonly alone: CertificateWish;
  readonly cases: readonly Case[];
}

const DAY = 86_400_000;

/** @param now milliseconds since 1970 */
export function checklist(now: number): Checklist {
  const day = (offset: number): string => new Date(now + offset * DAY).toISOString();
  const authority = { ca: true, from: day(-300), to: day(3000) };
  const root = issue({ subject: 'Test root', ...authority });
  const middle = issue({ subject: 'Test intermediate', issuer: root, ...authority, to: day(2000) });
  const stranger = issue({ subject: 'Somebody else', ...authority });
  const alone: CertificateWish = { subject: 'box.test', dns: ['box.test'], from: day(-50), to: day(100) };
  const named = (more: CertificateWish) => issue({ ...alone, issuer: root, ...more });

  const second = issue({ subject: 'Second intermediate', issuer: middle, ...authority });
  const handmade = issue({ subject: 'Made by hand', ...authority, bare: true });
  const oldRoot = issue({ subject: 'Ended root', ca: true, from: day(-900), to: day(-10) });
  const weakMiddle = issue({ subject: 'Old intermediate', issuer: root, hash: 'sha1', ...authority });
  const plain = named({});
  const itself = issue({ ...alone, subject: 'itself' });
  const itselfCa = issue({ ...alone, subject: 'itself, an authority', ca: true, keyUsage: 0x86 });
  const request = issue({ ...alone, subject: 'made by openssl req', ca: true, bare: true });
  const cases: readonly Case[] = [
    { name: 'good', sent: [named({})], states: ['your-ca'], rules: [] },
    { name: 'good with intermediate', sent: [named({ issuer: middle }), middle], states: ['your-ca'], rules: [] },
    { name: 'ed25519', sent: [named({ keys: edKeys() })], states: ['your-ca'], rules: [] },
    { name: 'P-384', sent: [named({ keys: ecKeys('secp384r1') })], states: ['your-ca'], rules: [] },
    { name: 'RSA 4096', sent: [named({ keys: rsaKeys(4096) })], states: ['your-ca'], rules: [] },
    {
      name: 'expired',
      sent: [named({ from: day(-700), to: day(-330) })],
      states: ['your-ca', 'expired'],
      rules: ['expired'],
    },
    {
      name: 'not yet valid',
      sent: [named({ from: day(40), to: day(190) })],
      states: ['your-ca', 'not-yet-valid'],
      rules: ['not-yet-valid'],
    },
    {
      name: 'expiring',
      sent: [named({ from: day(-80), to: day(19) })],
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
      asked: '127.0.0.1',
      states: ['your-ca', 'name-mismatch'],
      rules: ['name-mismatch'],
    },
    { name: 'IP SAN', sent: [named({ ip: ['127.0.0.1'] })], asked: '127.0.0.1', states: ['your-ca'], rules: [] },
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
    { name: 'self-signed', sent: [issue(alone)], states: ['self-signed'], rules: ['self-signed'] },
    {
      name: 'unknown root',
      sent: [named({ issuer: stranger })],
      states: ['unknown-ca'],
      rules: ['untrusted'],
    },
    {
      name: 'unknown root, sent along',
      sent: [named({ issuer: stranger }), stranger],
      states: ['unknown-ca'],
      rules: ['untrusted'],
    },
    {
      name: 'incomplete',
      sent: [named({ issuer: middle })],
      states: ['unknown-ca'],
      rules: ['incomplete-chain', 'untrusted'],
    },
    {
      name: 'incomplete, of an authority that nobody gave',
      sent: [named({ issuer: stranger, locatesIssuer: true })],
      states: ['unknown-ca'],
      rules: ['incomplete-chain', 'untrusted'],
    },
    {
      name: 'reversed',
      sent: [named({ issuer: second }), middle, second],
      states: ['your-ca'],
      rules: ['misordered-chain'],
    },
    {
      name: 'two intermediates missing',
      sent: [named({ issuer: second, logged: true })],
      states: ['unknown-ca'],
      rules: ['incomplete-chain', 'untrusted'],
    },
    {
      name: 'SHA-1',
      sent: [named({ issuer: issue({ subject: 'Old root', ...authority, keys: rsaKeys() }), hash: 'sha1' })],
      states: ['unknown-ca'],
      rules: ['untrusted', 'weak-signature'],
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
    // What people who make their own certificates do.
    { name: 'RSA 2048', sent: [named({ keys: rsaKeys() })], states: ['your-ca'], rules: [] },
    { name: 'P-521', sent: [named({ keys: ecKeys('secp521r1') })], states: ['your-ca'], rules: [] },
    {
      name: 'SHA-1 of a trusted root',
      sent: [named({ hash: 'sha1' })],
      states: ['your-ca'],
      rules: ['weak-signature'],
    },
    {
      name: 'SHA-1 above the leaf',
      sent: [named({ issuer: weakMiddle }), weakMiddle],
      states: ['your-ca'],
      rules: ['weak-signature'],
    },
    { name: 'no key identifiers', sent: [named({ bare: true })], states: ['your-ca'], rules: [] },
    {
      name: 'authority made by hand',
      sent: [named({ issuer: handmade })],
      trusted: [handmade],
      states: ['your-ca'],
      rules: [],
    },
    { name: 'self-signed, trusted itself', sent: [itself], trusted: [itself], states: ['your-ca'], rules: [] },
    {
      name: 'self-signed authority, trusted itself',
      sent: [itselfCa],
      trusted: [itselfCa],
      states: ['your-ca'],
      rules: ['ca-certificate-as-leaf'],
    },
    {
      name: 'as openssl req -x509 makes it, trusted itself',
      sent: [request],
      trusted: [request],
      states: ['your-ca'],
      rules: ['ca-certificate-as-leaf'],
    },
    {
      name: 'authority that has expired',
      sent: [named({ issuer: oldRoot })],
      trusted: [oldRoot],
      states: ['your-ca', 'expired'],
      rules: ['expired-authority'],
    },
    {
      name: 'CA as leaf that may also serve',
      sent: [named({ ca: true, keyUsage: 0x86 })],
      states: ['your-ca'],
      rules: ['ca-certificate-as-leaf'],
    },
    {
      name: 'address written as a name',
      sent: [named({ dns: ['127.0.0.1'] })],
      asked: '127.0.0.1',
      states: ['your-ca', 'name-mismatch'],
      rules: ['name-mismatch'],
    },
    { name: 'a single label', sent: [named({ dns: ['box'] })], asked: 'box', states: ['your-ca'], rules: [] },
    { name: 'ten years', sent: [named({ to: day(3650) })], states: ['your-ca'], rules: [] },
    {
      name: 'signed by a leaf',
      sent: [named({ issuer: plain }), plain],
      states: ['unknown-ca'],
      rules: ['untrusted'],
    },
  ];
  return { root, middle, named, alone, cases };
}
