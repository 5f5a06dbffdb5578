import type { Severity } from '../model/rule.ts';
import { cut } from './cut.ts';
import type { Reporter } from './formats.ts';
import { neutralise } from './terminal/neutralise.ts';
import type { FindingView } from './view.ts';

const COMMANDS = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
} as const satisfies Record<Severity, string>;

/**
 * GitHub shows ten errors, ten warnings and ten notices of one step and drops the rest without a word
 * (docs.github.com, Workflow commands; actions/toolkit, docs/problem-matchers.md, Limitations).
 */
const MOST_OF_A_KIND = 10;

/** GitHub cuts at 64 KiB; nobody reads so much beside a line. */
const LONGEST_MESSAGE = 4000;

/**
 * Workflow commands that GitHub shows as annotations, the most severe findings first. What would be over the limit is
 * printed as a plain line of the log, and the last notice says how many there are.
 */
export const reportGithub: Reporter = ({ findings }) => {
  const active = findings.filter(({ finding }) => finding.state === 'active');
  const left: Record<string, number> = { error: MOST_OF_A_KIND, warning: MOST_OF_A_KIND, notice: MOST_OF_A_KIND - 1 };
  const lines: string[] = [];
  const beyond: string[] = [];
  for (const item of active) {
    const kind = COMMANDS[item.finding.severity];
    const room = left[kind] ?? 0;
    left[kind] = room - 1;
    if (room > 0) lines.push(annotation(kind, item));
    else beyond.push(plainLine(item));
  }
  if (beyond.length > 0) {
    lines.push(
      `::notice title=postern::${data(`${beyond.length} of ${active.length} findings are not annotated: GitHub shows ten errors, ten warnings and ten notices of a step. All of them are in the log of this step.`)}`,
      ...beyond,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
};

function annotation(kind: string, { finding, place }: FindingView): string {
  const { location, rule, severity, message, fix } = finding;
  const where =
    location.kind === 'file' && location.file !== undefined
      ? [
          `file=${property(location.file)}`,
          ...(location.line === undefined ? [] : [`line=${location.line}`]),
          ...(location.column === undefined ? [] : [`col=${location.column}`]),
        ]
      : [];
  const title = `title=${property(`${severity}: ${rule} at ${place}`)}`;
  return `::${kind} ${[...where, title].join(',')}::${data(cut(`${message.replace(/\s+/g, ' ')}\nFix: ${fix}`, LONGEST_MESSAGE))}`;
}

/** Indented: the line starts with our own words. */
function plainLine({ finding, place }: FindingView): string {
  return `  ${harmless(`${finding.severity}: ${finding.rule} at ${place}: ${finding.message}`)}`;
}

/** Escapes of actions/toolkit, packages/core/src/command.ts. */
function data(text: string): string {
  return text
    .split('\n')
    .map((line) => harmless(line).replaceAll('%', '%25'))
    .join('%0A');
}

function property(text: string): string {
  return harmless(text).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * One line without hidden characters. The runner takes `::` for a command at the start of a line, where ours never put
 * a peer's words, and the older `##[` wherever it stands (actions/runner, ActionCommand.TryParse).
 */
function harmless(text: string): string {
  return neutralise(text).replaceAll('##[', '## [');
}
