import type { CertificateRecord } from '../../model/certificate.ts';
import type { ProtocolFacts, TlsEndpoint, TlsIdentity } from '../../model/tls.ts';
import type { Grade } from '../../model/tls-grade.ts';
import { heading, labelled, type Page } from '../table/page.ts';
import { counted } from '../table/words.ts';
import { type Span, type Style, span } from '../terminal/span.ts';
import { groupedRefusals } from './refusals.ts';

const LABEL = 11;

export const GRADE_STYLES = {
  'A+': 'good',
  A: 'good',
  B: 'warn',
  C: 'warn',
  D: 'bad',
  E: 'bad',
  F: 'alarm',
} as const satisfies Record<Grade, Style>;

/** One port in full. */
export function tlsEndpointLines(
  endpoint: TlsEndpoint,
  certificates: ReadonlyMap<string, CertificateRecord>,
  page: Page,
): string[] {
  const place = placeText(endpoint);
  const line = (label: string, text: readonly Span[] | string): string[] =>
    labelled(label, typeof text === 'string' ? [span(text)] : text, LABEL, page);
  if (endpoint.speech !== 'tls') return [heading(place, [span(endpoint.notes[0] ?? endpoint.speech, 'bad')], page)];
  const { grade, features } = endpoint;
  return [
    heading(
      place,
      [
        ...gradeSpans(endpoint),
        span(`  ${counted(endpoint.connections, 'connection')}${endpoint.mode === 'quick' ? ', quick' : ''}`, 'faint'),
      ],
      page,
    ),
    ...endpoint.protocols.flatMap((protocol) => protocolLines(protocol, endpoint, page)),
    ...(endpoint.groups.length > 0
      ? line(
          'Groups',
          endpoint.groups.map(({ name }) => name).join(', ') + (endpoint.groupsExhaustive ? '' : ' (may be more)'),
        )
      : []),
    ...line('Features', featureText(endpoint)),
    ...endpoint.identities.flatMap((identity) => identityLines(identity, certificates, page)),
    ...refusalLines(endpoint.refusals ?? [], page),
    ...(endpoint.clientCertificate.requested === true ? line('Client cert', clientCertificateText(endpoint)) : []),
    ...grade.deductions.flatMap(({ cap, observation, rule, source }, index) =>
      labelled(
        index === 0 ? 'Costs' : '',
        [span(`${cap}`, GRADE_STYLES[cap]), span(`  ${observation} `), span(`${rule}, ${source}`, 'faint')],
        LABEL,
        page,
      ),
    ),
    ...(grade.lacks.length > 0
      ? line('Not seen', endpoint.notes[0] ?? `${grade.lacks.join(', ')}: the grade is at most ${grade.atMost}`)
      : []),
    ...endpoint.preconditions.flatMap(({ name, shows }, index) =>
      line(index === 0 ? 'Allows' : '', `${name}: ${shows}`),
    ),
    ...(grade.score
      ? line(
          'Score',
          `${grade.score.total} ${grade.score.letter} (${grade.score.label}; protocol ${grade.score.protocol}, key exchange ${grade.score.keyExchange}, cipher ${grade.score.cipher})`,
        )
      : []),
    ...line('Mozilla', complianceText(endpoint, page)),
    ...(features.earlyData === true ? line('Note', '0-RTT is on: early data can be replayed') : []),
    ...(endpoint.mode === 'quick'
      ? line(
          'Quick',
          `not asked: ${endpoint.lacks
            .filter(({ reason }) => reason === 'quick inspection')
            .map(({ check }) => check)
            .join(', ')}`,
        )
      : []),
  ];
}

function protocolLines(protocol: ProtocolFacts, { grade }: TlsEndpoint, page: Page): string[] {
  const { version, offered, suites, preference, searched, reason } = protocol;
  if (offered === false && !page.all) return [];
  const path = grade.paths.find((one) => one.version === version)?.grade;
  if (offered !== true)
    return labelled(
      version,
      [
        span(offered === false ? 'not offered' : offered, offered === false ? 'faint' : 'warn'),
        span(reason ? `  ${reason}` : '', 'faint'),
      ],
      LABEL,
      page,
    );
  const order = preference === 'unknown' || preference === 'single' ? '' : `, ${preference} order`;
  const count =
    searched === 'all'
      ? counted(suites.length, 'suite')
      : searched === 'unwanted'
        ? `${counted(suites.length, 'suite')} or more, all weak ones listed`
        : `${counted(suites.length, 'suite')} or more`;
  const names =
    page.all || suites.length <= 6
      ? suites.map(({ name }) => name).join(', ')
      : `${suites
          .slice(0, 3)
          .map(({ name }) => name)
          .join(', ')} … (--all lists them)`;
  return labelled(
    version,
    [
      ...(path ? [span(path.padEnd(3), GRADE_STYLES[path])] : []),
      span(`${count}${order}: `),
      span(names, 'faint', 4000),
    ],
    LABEL,
    page,
  );
}

function featureText({ features, postQuantum }: TlsEndpoint): string {
  const words: string[] = [];
  const say = (value: unknown, yes: string, no: string): void => {
    if (value === true) words.push(yes);
    else if (value === false) words.push(no);
  };
  say(postQuantum, 'post-quantum key exchange', 'no post-quantum key exchange');
  say(features.secureRenegotiation, 'secure renegotiation', 'no secure renegotiation');
  say(features.extendedMasterSecret, 'extended master secret', 'no extended master secret');
  say(features.fallbackProtection, 'downgrade protection', 'no downgrade protection');
  say(features.resumption, 'resumption', 'no resumption');
  say(features.ocspStapling, 'stapled OCSP', '');
  say(features.compression, 'compression', '');
  if (typeof features.alpn === 'string' && features.alpn !== 'unknown') words.push(`ALPN ${features.alpn}`);
  if (typeof features.dhBits === 'number') words.push(`DH of ${features.dhBits} bits`);
  return words.filter((word) => word !== '').join(', ');
}

function identityLines(
  { certificate, chain, trust, refusals }: TlsIdentity,
  certificates: ReadonlyMap<string, CertificateRecord>,
  page: Page,
): string[] {
  const record = certificates.get(certificate);
  if (!record) return [];
  const names = [...record.dnsNames, ...record.ipAddresses];
  const shown =
    names.length === 0
      ? 'no subjectAltName'
      : names.length > 4 && !page.all
        ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`
        : names.join(', ');
  const key = record.key.curve ?? `${record.key.kind} ${record.key.bits}`;
  const amiss = [
    chain.misordered ? 'out of order' : '',
    chain.incomplete === true ? 'an intermediate is missing' : '',
    chain.unrelated > 0 ? `${chain.unrelated} unrelated` : '',
    chain.anchorSent ? 'the root is sent too' : '',
  ].filter((word) => word !== '');
  const line = (label: string, text: readonly Span[]): string[] => labelled(label, text, LABEL, page);
  return [
    ...line('Certificate', [
      span(record.subject || '(empty subject)', 'strong'),
      span(`  ${shown}; ${key}, ${record.signature}, until ${record.notAfter.slice(0, 10)}`),
    ]),
    ...line('', [span(`${record.pin}  serial ${record.serial}`, 'faint')]),
    ...line('Chain', [
      span(
        `${chain.sent.length} sent${amiss.length > 0 ? `: ${amiss.join(', ')}` : ''}${trust.anchor ? `, up to '${trust.anchor}'` : ''}`,
      ),
    ]),
    ...trust.reasons.flatMap((reason, index) => line(index === 0 ? 'Trust' : '', [span(reason)])),
    ...refusalLines(refusals, page),
  ];
}

function refusalLines(refusals: TlsIdentity['refusals'], page: Page): string[] {
  return groupedRefusals(refusals).flatMap(({ clients, reason, remedies }, index) => {
    const said = [span(clients, 'strong'), span(`: ${reason}`)];
    const label = index === 0 ? 'Refused by' : '';
    const remedy = remedies.length === 1 ? remedies[0] : '--all: what each of them needs';
    if (remedies.length === 1 || !page.all)
      return labelled(label, [...said, span(`  → ${remedy}`, 'faint')], LABEL, page);
    return [
      ...labelled(label, said, LABEL, page),
      ...remedies.flatMap((one) => labelled('', [span(`→ ${one}`, 'faint')], LABEL, page)),
    ];
  });
}

function clientCertificateText({ clientCertificate }: TlsEndpoint): string {
  const shown = { nothing: 'without', rogue: 'with an unknown one', own: 'with yours' } as const;
  const trials = clientCertificate.trials
    .map((trial) => `${shown[trial.with]}: ${trial.outcome} (${trial.detail})`)
    .join('; ');
  return `${clientCertificate.verdict}${trials === '' ? '' : `; ${trials}`}`;
}

function complianceText({ grade }: TlsEndpoint, page: Page): Span[] {
  return grade.compliance.flatMap(({ profile, compliant, missing }, index) => {
    const what =
      compliant === true
        ? 'yes'
        : compliant === 'unknown'
          ? 'not settled'
          : `no (${page.all ? missing.join('; ') : `${missing[0]}${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}`})`;
    return [span(`${index > 0 ? '; ' : ''}${profile}: ${what}`, compliant === true ? 'good' : 'plain', 4000)];
  });
}

/** `A+  trust: your-ca, expired` */
export function gradeSpans({ grade, identities }: TlsEndpoint): Span[] {
  const states = [...new Set(identities.flatMap(({ trust }) => trust.states))];
  const fine = states.every((state) => state === 'public' || state === 'your-ca' || state === 'pinned');
  const letter =
    grade.configuration === null
      ? span('no grade', 'warn')
      : span(grade.configuration, GRADE_STYLES[grade.configuration]);
  return [
    span('configuration '),
    letter,
    span('  trust '),
    span(states.join(', ') || 'unknown', fine ? 'good' : 'warn'),
  ];
}

export function placeText({ host, address, port }: Pick<TlsEndpoint, 'host' | 'address' | 'port'>): string {
  const name = host ?? address ?? '?';
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}
