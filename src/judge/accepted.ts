import type { Finding } from '../model/finding.ts';
import type { IgnoreSetting } from '../model/postern-config.ts';

export interface AcceptedIn {
  /** ISO 8601 day, `2026-11-21`. */
  readonly today: string;
  /** A file as the configuration sees it: from its own directory. */
  readonly seenFrom: (file: string) => string;
  /** Name of a service by id, as messages call it. */
  readonly serviceName: (id: string) => string | null;
}

export interface Accepted {
  readonly findings: readonly Finding[];
  /** Entries that set nothing aside. */
  readonly unused: readonly IgnoreSetting[];
  /** Entries whose last day is past; what they covered counts again. */
  readonly expired: readonly IgnoreSetting[];
}

/** Puts findings in the bucket that the configuration asks for. What a comment or a rule's setting said before stays. */
export function accept(findings: readonly Finding[], entries: readonly IgnoreSetting[], seen: AcceptedIn): Accepted {
  const expired = entries.filter(({ expires }) => expires !== undefined && expires < seen.today);
  const current = entries
    .filter((entry) => !expired.includes(entry))
    .map((entry) => ({ entry, matches: matcherOf(entry, seen) }));
  const used = new Set<IgnoreSetting>();
  const marked = findings.map((finding): Finding => {
    const hits = current.filter(({ matches }) => matches(finding)).map(({ entry }) => entry);
    for (const hit of hits) used.add(hit);
    const [first] = hits;
    if (first === undefined || finding.state === 'suppressed') return finding;
    const { reason, at, expires } = first;
    const suppression = { kind: 'config', reason, at, ...(expires === undefined ? {} : { expires }) } as const;
    return { ...finding, state: 'suppressed', suppression };
  });
  return { findings: marked, unused: current.map(({ entry }) => entry).filter((entry) => !used.has(entry)), expired };
}

function matcherOf(entry: IgnoreSetting, { seenFrom, serviceName }: AcceptedIn): (finding: Finding) => boolean {
  const { rule, path, service, fingerprint } = entry;
  const pattern = path === undefined ? null : globPattern(path);
  const name = service === undefined ? null : (serviceName(service) ?? service);
  return (finding) =>
    (rule === undefined || finding.rule === rule) &&
    (fingerprint === undefined || finding.fingerprint === fingerprint) &&
    (pattern === null || (finding.location.file !== undefined && pattern.test(seenFrom(finding.location.file)))) &&
    (name === null || finding.message.includes(name));
}

/** `*` and `?` within a part of a path, `**` over parts; everything else is itself. */
export function globPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILD[part] ?? part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`, 'u');
}

const WILD: Readonly<Record<string, string>> = { '**/': '(?:[^/]+\\/)*', '**': '.*', '*': '[^/]*', '?': '[^/]' };
