import type { Plan } from '../targets/plan.ts';

/** What `--plan` prints. */
export function planText(plan: Plan): string {
  const { least, most } = plan.sweepSeconds;
  const rows: readonly (readonly [string, string])[] = [
    [
      'addresses',
      `${grouped(plan.addresses)}${plan.excludedAddresses > 0 ? `, ${grouped(plan.excludedAddresses)} excluded` : ''}`,
    ],
    ['ports', grouped(plan.ports)],
    ['connections', grouped(plan.probes)],
    ['requests', `at most ${grouped(plan.requests.perEndpoint)} to each open port`],
    ['sweep time', least === most ? timeText(least) : `${timeText(least)} to ${timeText(most)}`],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(13)}${value}`),
    ...plan.assumptions.map((sentence) => `  ${sentence}`),
    'Nothing was sent.',
    '',
  ].join('\n');
}

function timeText(seconds: number): string {
  if (seconds < 1) return 'under a second';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}

/** `65,536` */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}
