import type { Certificate } from '../model/certificate.ts';
import type { ProtocolFacts, TlsFeatures, TlsVersion } from '../model/tls.ts';
import type { Trait } from '../model/tls-grade.ts';
import type { GroupInfo, SuiteInfo } from '../model/tls-table.ts';

/** A trait with what was seen. */
export interface SeenTrait {
  readonly trait: Trait;
  /** The version it belongs to; null: it holds for all. */
  readonly version: TlsVersion | null;
  readonly observation: string;
  /** Suites, groups or the like that have it; left out where the observation says all. */
  readonly names?: readonly string[];
}

export interface TraitSource {
  readonly protocols: readonly ProtocolFacts[];
  readonly groups: readonly GroupInfo[];
  readonly features: TlsFeatures;
  /** Certificates of all paths, anchors left out: nobody checks their signature. */
  readonly leaves: readonly Certificate[];
  readonly signed: readonly Certificate[];
}

const VERSION_TRAITS: Partial<Record<TlsVersion, Trait>> = {
  SSLv2: 'sslv2',
  SSLv3: 'sslv3',
  'TLSv1.0': 'tls10',
  'TLSv1.1': 'tls11',
};

export function traitsOf(source: TraitSource): SeenTrait[] {
  return [
    ...versionTraits(source.protocols),
    ...source.protocols.flatMap(suiteTraits),
    ...exchangeTraits(source),
    ...certificateTraits(source),
  ];
}

function versionTraits(protocols: readonly ProtocolFacts[]): SeenTrait[] {
  const seen: SeenTrait[] = [];
  const offered = protocols.filter((protocol) => protocol.offered === true);
  for (const { version, offered: state } of protocols) {
    const trait = VERSION_TRAITS[version];
    if (trait && state === true) seen.push({ trait, version, observation: `${version} is offered` });
    if (trait && state === 'unusable')
      seen.push({
        trait: 'unusable-version',
        version: null,
        observation: `${version} is enabled but cannot be completed`,
      });
  }
  if (offered.length === 0) return seen;
  const has = (version: TlsVersion): boolean => offered.some((protocol) => protocol.version === version);
  if (!has('TLSv1.2') && !has('TLSv1.3'))
    seen.push({ trait: 'no-tls12', version: null, observation: `the best version is ${offered.at(-1)?.version}` });
  if (
    !has('TLSv1.3') &&
    protocols.some(({ version, offered: state }) => version === 'TLSv1.3' && state !== 'unknown')
  ) {
    seen.push({ trait: 'no-tls13', version: null, observation: 'TLSv1.3 is refused' });
  }
  return seen;
}

const SUITE_TRAITS: readonly (readonly [Trait, (suite: SuiteInfo) => boolean])[] = [
  ['null-cipher', ({ mode }) => mode === 'none'],
  ['anonymous', ({ authentication }) => authentication === 'anonymous'],
  ['export-cipher', ({ exportGrade }) => exportGrade],
  ['cipher-below-112-bits', ({ bits, exportGrade }) => bits > 0 && bits < 112 && !exportGrade],
  ['rc4', ({ cipher, exportGrade }) => cipher.startsWith('RC4') && !exportGrade],
  ['block-64-bits', ({ block, bits }) => block === 64 && bits >= 112],
  ['draft-cipher', ({ name }) => name.startsWith('OLD_')],
  ['static-key-exchange', ({ keyExchange }) => isStatic(keyExchange)],
];

export function isStatic(exchange: SuiteInfo['keyExchange']): boolean {
  return ['RSA', 'DH', 'ECDH', 'PSK', 'RSA_PSK', 'KRB5', 'GOST', 'FORTEZZA'].includes(exchange);
}

function suiteTraits({ version, suites, offered }: ProtocolFacts): SeenTrait[] {
  if (offered !== true || suites.length === 0) return [];
  const named = (trait: Trait, list: readonly SuiteInfo[]): SeenTrait => {
    const names = list.map(({ name }) => name);
    return { trait, version, observation: `${some(names)} in ${version}`, names };
  };
  const seen = SUITE_TRAITS.map(([trait, holds]) => named(trait, suites.filter(holds))).filter(
    ({ names = [] }) => names.length > 0,
  );
  const cbc = suites.filter(({ mode }) => mode === 'CBC');
  const aead = suites.some(({ mode }) => mode === 'AEAD');
  if (aead && cbc.length > 0) seen.push(named('cbc-beside-aead', cbc));
  if (!aead) seen.push(named('no-aead', suites));
  if (suites.every(({ keyExchange }) => isStatic(keyExchange))) seen.push(named('only-static-key-exchange', suites));
  return seen;
}

const SHOWN = 3;

export function some(names: readonly string[]): string {
  return names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
    : names.join(', ');
}

function exchangeTraits({ features, groups }: TraitSource): SeenTrait[] {
  const seen: SeenTrait[] = [];
  const add = (trait: Trait, observation: string): void => {
    seen.push({ trait, version: null, observation });
  };
  const { dhBits, exportRsaBits } = features;
  if (typeof dhBits === 'number' && dhBits < 1024) add('dh-below-1024', `Diffie-Hellman group of ${dhBits} bits`);
  else if (typeof dhBits === 'number' && dhBits < 2048) add('dh-below-2048', `Diffie-Hellman group of ${dhBits} bits`);
  if (exportRsaBits !== null && exportRsaBits < 1024)
    add('export-rsa-key', `temporary RSA key of ${exportRsaBits} bits`);
  const weak = groups.filter(({ kind, bits }) => kind === 'ec' && bits < 224);
  if (weak.length > 0) add('group-below-224-bits', some(weak.map(({ name }) => name)));
  if (features.secureRenegotiation === false) add('no-secure-renegotiation', 'ServerHello without renegotiation_info');
  if (features.compression === true) add('compression', 'the server chooses DEFLATE');
  if (features.extendedMasterSecret === false)
    add('no-extended-master-secret', 'ServerHello without extended_master_secret');
  return seen;
}

function certificateTraits({ leaves, signed }: TraitSource): SeenTrait[] {
  const seen: SeenTrait[] = [];
  const add = (trait: Trait, observation: string): void => {
    seen.push({ trait, version: null, observation });
  };
  for (const { key } of leaves) {
    const factored = key.kind === 'RSA' || key.kind === 'RSA-PSS' || key.kind === 'DSA';
    if (factored && key.bits < 1024) add('key-below-1024', `${key.kind} key of ${key.bits} bits`);
    else if (factored && key.bits < 2048) add('key-below-2048', `${key.kind} key of ${key.bits} bits`);
    if (key.kind === 'EC' && key.bits < 224) add('ec-key-below-224', `key on ${key.curve}`);
    if (key.kind === 'DSA') add('dsa-key', `DSA key of ${key.bits} bits`);
    if (key.exponent === 1) add('exponent-one', 'RSA key with public exponent 1');
  }
  for (const { signature, signatureHash, subject } of signed) {
    if (signatureHash === 'MD2' || signatureHash === 'MD5') add('md5-signature', `${signature} on '${subject}'`);
    if (signatureHash === 'SHA-1') add('sha1-signature', `${signature} on '${subject}'`);
  }
  return seen;
}
