import { OVERALL_STATES } from '../model/auth.ts';
import { FINDING_STATES } from '../model/finding.ts';
import { PORT_STATES } from '../model/result.ts';
import { SEVERITIES } from '../model/rule.ts';
import type { Reporter } from './formats.ts';
import { type Family, type Labels, seconds } from './prometheus/family.ts';
import { tlsFamilies } from './prometheus/tls.ts';
import { neutralise } from './terminal/neutralise.ts';
import type { View } from './view.ts';

/** Text exposition format 0.0.4, for the textfile collector of node_exporter: gauges of the last run. */
export const reportPrometheus: Reporter = (view) =>
  families(view)
    .map(({ name, help, samples }) => {
      // A series that stands there twice makes the collector refuse the whole file.
      const series = new Map(
        samples.flatMap(({ labels, value }) =>
          value === null ? [] : [[`${name}${labelText(labels)}`, value] as const],
        ),
      );
      if (series.size === 0) return '';
      const lines = [...series].map(([at, value]) => `${at} ${value}`);
      return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines].map((line) => `${line}\n`).join('');
    })
    .join('');

function families(view: View): Family[] {
  const { document, summary, findings } = view;
  const { tool, coverage, finishedAt, troubles, command } = document;
  return [
    {
      name: 'postern_build_info',
      help: 'Version of postern and of the catalogue that judged.',
      samples: [{ labels: { version: tool.version, catalogue: tool.catalogue.slice(0, 12) }, value: 1 }],
    },
    one('postern_run_finished_seconds', 'When the run ended, seconds since 1970.', seconds(finishedAt), { command }),
    one('postern_run_complete', '1 when the run was not interrupted.', coverage.complete ? 1 : 0),
    one(
      'postern_run_duration_seconds',
      'How long the run took.',
      summary.durationMs === null ? null : summary.durationMs / 1000,
    ),
    {
      name: 'postern_endpoints',
      help: 'Recognised endpoints by what they let anyone do.',
      samples: OVERALL_STATES.map((auth) => ({ labels: { auth }, value: summary.auth[auth] })),
    },
    {
      name: 'postern_findings',
      help: 'Findings by severity and state.',
      samples: SEVERITIES.flatMap((severity) =>
        FINDING_STATES.map((state) => ({
          labels: { severity, state },
          value: findings.filter(({ finding }) => finding.severity === severity && finding.state === state).length,
        })),
      ),
    },
    {
      name: 'postern_probes',
      help: 'Probed ports by how they ended.',
      samples: PORT_STATES.map((state) => ({ labels: { state }, value: coverage.probes[state] })),
    },
    one('postern_undecided', 'Rules that could not be decided, once for each subject.', summary.undecided.total),
    one('postern_troubles', 'What could not be examined or went wrong.', troubles.length),
    ...tlsFamilies(view),
  ];
}

function one(name: string, help: string, value: number | null, labels: Labels = {}): Family {
  return { name, help, samples: [{ labels, value }] };
}

/** Backslash, quote and line break are escaped (prometheus.io, Exposition formats); no line break is left by then. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${neutralise(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
