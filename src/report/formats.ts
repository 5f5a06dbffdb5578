import type { View } from './view.ts';

export interface ReportOptions {
  /** Width of the terminal; reports that are not for a terminal take no notice. */
  readonly columns: number;
  readonly colour: boolean;
  /** The terminal shows links. */
  readonly links?: boolean;
  /** Show what is summed up or cut short otherwise. */
  readonly all: boolean;
}

/** From the one view to the whole text, with a line break at its end. No I/O, no counting, no sorting. */
export interface Reporter {
  (view: View, options: ReportOptions): string;
  /** The same text bit by bit: what grows with the number of endpoints need not be in memory as a whole. */
  readonly pieces?: (view: View) => Iterable<string>;
}

/** Each reporter is loaded when it is asked for. A new format is a file and a line here. */
export const REPORTERS = {
  table: async () => (await import('./table.ts')).reportTable,
  json: async () => (await import('./json.ts')).reportJson,
  jsonl: async () => (await import('./jsonl.ts')).reportJsonLines,
  sarif: async () => (await import('./sarif.ts')).reportSarif,
  junit: async () => (await import('./junit.ts')).reportJunit,
  github: async () => (await import('./github.ts')).reportGithub,
  'github-summary': async () => (await import('./markdown.ts')).reportGithubSummary,
  'gitlab-quality': async () => (await import('./gitlab-quality.ts')).reportGitlabQuality,
  'gitlab-sast': async () => (await import('./gitlab-sast.ts')).reportGitlabSast,
  markdown: async () => (await import('./markdown.ts')).reportMarkdown,
  csv: async () => (await import('./csv.ts')).reportCsv,
  prometheus: async () => (await import('./prometheus.ts')).reportPrometheus,
  html: async () => (await import('./html.ts')).reportHtml,
  ics: async () => (await import('./ics.ts')).reportCalendar,
} as const satisfies Record<string, () => Promise<Reporter>>;

export type Format = keyof typeof REPORTERS;

/** Names of the formats, in the order in which help lists them. */
export const FORMATS = Object.keys(REPORTERS) as readonly Format[];
