import { OVERALL_STATES } from '../model/auth.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Exposure } from '../model/host.ts';
import type { PolicyAnswer, PolicyRow } from '../model/policy.ts';
import { widthOf } from '../model/target.ts';
import type { TlsEndpoint } from '../model/tls.ts';
import { GRADES } from '../model/tls-grade.ts';
import { isLoopback } from './binding.ts';

/** Every door held against the row that speaks for it, and every row for which nothing is there. Pure. */
export function holdAgainst(
  policy: readonly PolicyRow[],
  exposures: readonly Exposure[],
  endpoints: readonly Endpoint[],
  tls: readonly TlsEndpoint[],
): PolicyAnswer[] {
  const answers = exposures.flatMap((exposure): PolicyAnswer[] => {
    const { service, port, bound, reach } = exposure;
    const row = rowFor(policy, exposure);
    if (!row) return [{ kind: 'unknown-service', service: service.name, bound, port, reach }];
    return wantedOf(row, exposure, endpoints, tls);
  });
  const absent = policy.filter((row) => row.service !== '*' && !exposures.some((exposure) => speaksFor(row, exposure)));
  return [...answers, ...absent.map(({ service }): PolicyAnswer => ({ kind: 'absent-service', service }))];
}

function speaksFor({ service, ports }: PolicyRow, exposure: Exposure): boolean {
  return (service === '*' || service === exposure.service.id) && (ports === undefined || ports.includes(exposure.port));
}

/** The most specific row: one for the service before one for all, one with ports before one without. */
function rowFor(policy: readonly PolicyRow[], exposure: Exposure): PolicyRow | undefined {
  const weight = ({ service, ports }: PolicyRow): number => (service === '*' ? 0 : 2) + (ports === undefined ? 0 : 1);
  return policy.filter((row) => speaksFor(row, exposure)).sort((a, b) => weight(b) - weight(a))[0];
}

function wantedOf(
  row: PolicyRow,
  { service, port, bound, reach }: Exposure,
  endpoints: readonly Endpoint[],
  tls: readonly TlsEndpoint[],
): PolicyAnswer[] {
  const place = { kind: 'wanted', service: service.name, port, bound } as const;
  const answers: PolicyAnswer[] = [];
  if (row.listen) {
    const { listen } = row;
    const held = bound.every(
      (address) => listen.includes(address) || (listen.includes('loopback') && isLoopback(address)),
    );
    answers.push({ ...place, field: 'listen', wanted: `on ${listen.join(', ')}`, got: `on ${bound.join(', ')}`, held });
  }
  if (row.reach) {
    const held = reach === 'unknown' ? null : widthOf(reach) <= widthOf(row.reach);
    answers.push({
      ...place,
      field: 'reach',
      wanted: `within reach of ${row.reach} at most`,
      got: `within reach of ${reach}`,
      held,
    });
  }
  if (row.auth) {
    const seen = endpoints.filter((one) => one.port === port && one.service).map(({ auth }) => auth.overall);
    const worst = OVERALL_STATES.find((state) => state !== 'unknown' && seen.includes(state));
    const held = worst === undefined ? null : OVERALL_STATES.indexOf(worst) >= OVERALL_STATES.indexOf(row.auth);
    answers.push({ ...place, field: 'auth', wanted: row.auth, got: worst ?? 'unknown', held });
  }
  if (row.grade)
    answers.push({
      ...place,
      field: 'grade',
      wanted: `behind TLS of grade ${row.grade}`,
      ...gradeOf(row.grade, port, endpoints, tls),
    });
  return answers;
}

function gradeOf(
  wanted: string,
  port: number,
  endpoints: readonly Endpoint[],
  tls: readonly TlsEndpoint[],
): { readonly got: string; readonly held: boolean | null } {
  const order: readonly string[] = GRADES;
  const inspected = tls.filter((one) => one.port === port && one.speech === 'tls');
  const plain = endpoints.some((one) => one.port === port && one.speech === 'http' && one.transport === 'plaintext');
  if (plain) return { got: 'without TLS', held: false };
  const grades = inspected.map(({ grade }) => grade.configuration);
  const worst = [...grades].sort((a, b) => order.indexOf(b ?? '') - order.indexOf(a ?? ''))[0];
  if (!worst || grades.includes(null)) return { got: 'not graded', held: null };
  return { got: `of grade ${worst}`, held: order.indexOf(worst) <= order.indexOf(wanted) };
}
