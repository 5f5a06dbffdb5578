import type { Certificate } from '../model/certificate.ts';
import type { ProtocolFacts } from '../model/tls.ts';
import type { Compliance, GuidelineProfile } from '../model/tls-grade.ts';
import type { GroupInfo } from '../model/tls-table.ts';

export interface ComplianceSource {
  readonly protocols: readonly ProtocolFacts[];
  readonly groups: readonly GroupInfo[];
  readonly groupsExhaustive: boolean;
  readonly dhBits: number | 'unknown' | null;
  readonly leaves: readonly Certificate[];
}

/** What keeps a configuration from a profile: anything offered that the profile does not have, and a newest version that is missing. */
export function compliance(source: ComplianceSource, profile: GuidelineProfile): Compliance {
  const { protocols, groups, leaves, dhBits } = source;
  const missing: string[] = [];
  const offered = protocols.filter((protocol) => protocol.offered === true);
  for (const { version } of offered) if (!profile.versions.includes(version)) missing.push(`turn off ${version}`);
  const newest = profile.versions.at(-1);
  if (newest && !offered.some(({ version }) => version === newest)) missing.push(`turn on ${newest}`);

  const foreign = new Set(
    offered.flatMap(({ suites }) => suites.map(({ name }) => name)).filter((name) => !profile.suites.includes(name)),
  );
  for (const name of [...foreign].sort()) missing.push(`remove ${name}`);
  for (const { name } of groups) if (!profile.groups.includes(name)) missing.push(`remove group ${name}`);
  if (offered.some(({ preference }) => preference === 'client') && profile.serverOrder)
    missing.push('let the server order the suites');
  if (typeof dhBits === 'number' && profile.dhBits !== null && dhBits < profile.dhBits)
    missing.push(`use a Diffie-Hellman group of ${profile.dhBits} bits`);
  missing.push(...certificateGaps(leaves, profile));

  const whole =
    source.groupsExhaustive &&
    protocols.every(({ offered: state, searched }) => state !== 'unknown' && searched === 'all');
  return {
    profile: `${profile.name} ${profile.version}`,
    compliant: missing.length > 0 ? false : whole && leaves.length > 0 ? true : 'unknown',
    missing,
  };
}

/** A server with several certificates complies when one of them does (the guidelines list kinds to choose from). */
function certificateGaps(leaves: readonly Certificate[], profile: GuidelineProfile): string[] {
  const gaps = leaves.map((leaf) => gapsOf(leaf, profile));
  return gaps.reduce((best, list) => (list.length < best.length ? list : best), gaps[0] ?? []);
}

function gapsOf({ key, signature, lifetimeDays }: Certificate, profile: GuidelineProfile): string[] {
  const gaps: string[] = [];
  const kind = key.kind === 'RSA' || key.kind === 'EC' ? key.kind : null;
  if (kind === null || !profile.keyKinds.includes(kind))
    gaps.push(`use a certificate with ${profile.keyKinds.join(' or ')} key`);
  if (kind === 'EC' && !profile.curves.includes(key.curve ?? ''))
    gaps.push(`use a key on ${profile.curves.join(' or ')}`);
  if (kind === 'RSA' && profile.rsaBits !== null && key.bits < profile.rsaBits)
    gaps.push(`use an RSA key of ${profile.rsaBits} bits`);
  if (!profile.signatures.includes(signature))
    gaps.push(`use a certificate signed with ${profile.signatures.join(', ')}`);
  if (lifetimeDays > profile.maxLifetimeDays + 1)
    gaps.push(`use a certificate of at most ${profile.maxLifetimeDays} days`);
  return gaps;
}
