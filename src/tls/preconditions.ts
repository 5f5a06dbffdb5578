import type { Precondition, ProtocolFacts, TlsFeatures, TlsVersion } from '../model/tls.ts';
import type { SuiteInfo } from '../model/tls-table.ts';

/*
 * Known attacks whose preconditions a measurement shows. Nothing is attacked: whether one succeeds depends on clients
 * and on patches that cannot be seen.
 */

export function preconditions(protocols: readonly ProtocolFacts[], features: TlsFeatures): Precondition[] {
  const offered = protocols.filter((protocol) => protocol.offered === true);
  const found: Precondition[] = [];
  const add = (name: Precondition['name'], shows: string): void => {
    found.push({ name, shows });
  };
  const versionsWith = (holds: (suite: SuiteInfo) => boolean, among: readonly TlsVersion[] = []): TlsVersion[] =>
    offered
      .filter(({ version, suites }) => (among.length === 0 || among.includes(version)) && suites.some(holds))
      .map(({ version }) => version);

  if (offered.some(({ version }) => version === 'SSLv2'))
    add('DROWN', 'SSLv2 is offered; every server with the same RSA key is concerned (CVE-2016-0800)');
  const poodle = versionsWith(({ mode }) => mode === 'CBC', ['SSLv3']);
  if (poodle.length > 0) add('POODLE', 'SSLv3 is offered with CBC suites (CVE-2014-3566)');
  const freak = versionsWith(({ exportGrade, keyExchange }) => exportGrade && keyExchange === 'RSA').filter(
    (version) => version !== 'SSLv2',
  );
  if (freak.length > 0) add('FREAK', `RSA export suites are accepted in ${freak.join(', ')} (CVE-2015-0204)`);
  const logjam = versionsWith(({ exportGrade, keyExchange }) => exportGrade && keyExchange === 'DHE');
  const { dhBits } = features;
  if (logjam.length > 0) add('LOGJAM', `DHE export suites are accepted in ${logjam.join(', ')} (CVE-2015-4000)`);
  else if (typeof dhBits === 'number' && dhBits <= 1024)
    add('LOGJAM', `the Diffie-Hellman group has ${dhBits} bits (CVE-2015-4000)`);
  const sweet = versionsWith(({ block, bits }) => block === 64 && bits >= 112).filter((version) => version !== 'SSLv2');
  if (sweet.length > 0)
    add('SWEET32', `ciphers with 64-bit blocks are accepted in ${sweet.join(', ')} (CVE-2016-2183)`);
  const beast = versionsWith(({ mode }) => mode === 'CBC', ['SSLv3', 'TLSv1.0']);
  if (beast.length > 0)
    add(
      'BEAST',
      `CBC suites are accepted in ${beast.join(', ')} (CVE-2011-3389); current clients split records against it`,
    );
  const rc4 = versionsWith(({ cipher }) => cipher.startsWith('RC4')).filter((version) => version !== 'SSLv2');
  if (rc4.length > 0) add('RC4', `RC4 is accepted in ${rc4.join(', ')} (CVE-2013-2566, CVE-2015-2808)`);
  if (features.compression === true) add('CRIME', 'the server chooses TLS compression (CVE-2012-4929)');
  return found;
}
