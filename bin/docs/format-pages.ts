import { FORMATS, type Format } from '../../src/report/formats.ts';
import { type ReadPage, withGenerated } from './pages.ts';

/** One sentence on each, and the name of a file one would choose. */
const NOTES: Readonly<Partial<Record<Format | 'html', { readonly what: string; readonly file: string }>>> = {
  table: { what: 'For people at a terminal: doors, findings with proof and fix, coverage, verdict.', file: 'run.txt' },
  json: {
    what: 'The result document itself, `postern/result/1`: everything there is, for programs and for `postern report`.',
    file: 'run.json',
  },
  jsonl: { what: 'The same, one record to a line, for programs that read as they go.', file: 'run.jsonl' },
  sarif: { what: 'SARIF 2.1.0 for code scanning, at GitHub and elsewhere.', file: 'postern.sarif' },
  junit: {
    what: 'A test report: one suite for each area, one case for each rule and subject.',
    file: 'postern.junit.xml',
  },
  github: { what: 'Workflow commands of GitHub Actions: annotations at lines.', file: 'annotations.txt' },
  'github-summary': { what: 'Markdown for the summary page of a GitHub job.', file: 'summary.md' },
  'gitlab-quality': { what: "GitLab's Code Quality report.", file: 'gl-code-quality-report.json' },
  'gitlab-sast': { what: "GitLab's security report (SAST).", file: 'gl-sast-report.json' },
  markdown: { what: 'For tickets, wikis and pull requests.', file: 'report.md' },
  csv: { what: 'For spreadsheets; no cell is a formula.', file: 'findings.csv' },
  prometheus: {
    what: 'For the textfile collector of node_exporter: doors by state, findings by severity, ends of certificates, last run.',
    file: 'postern.prom',
  },
  ics: { what: 'A calendar of certificates that end.', file: 'renewals.ics' },
  html: { what: 'One file for a browser, without a network and with or without JavaScript.', file: 'report.html' },
};

const EXAMPLE_LINES = 40;

/** `docs/formats/<format>.md`, with the beginning of a real report. */
export function formatPages(read: ReadPage): [string, string][] {
  const pages = FORMATS.map((format): [string, string] => {
    const note = NOTES[format];
    if (note === undefined) throw new Error(`bin/docs/format-pages.ts: no note on the format ${format}`);
    const path = `docs/formats/${format}.md`;
    const blank = `# ${format}\n\n${note.what}\n\n    postern report run.json --output ${format}=${note.file}\n\nWhat holds for every format: [formats](README.md).\n`;
    return [path, withGenerated(read(path) ?? blank, example(format, read))];
  });
  const list = FORMATS.map((format) => `- [${format}](${format}.md): ${NOTES[format]?.what}`);
  const index = 'docs/formats/README.md';
  const head = read(index) ?? '# Formats\n';
  return [...pages, [index, withGenerated(head, ['## One by one', '', ...list].join('\n'))]];
}

/** From the golden results of the tests; a format whose report is no text to read has none. */
function example(format: Format, read: ReadPage): string {
  const variant = format === 'table' ? 'table-80' : format;
  const golden = read(`fixtures/results/golden/expired-certificate.${variant}.txt`);
  if (golden === null || golden.includes('<html')) return 'No excerpt: this one is for looking at.';
  const lines = golden.trimEnd().split('\n');
  const shown = lines.slice(0, EXAMPLE_LINES).map((line) => (line.length > 160 ? `${line.slice(0, 160)} …` : line));
  const rest = lines.length > EXAMPLE_LINES ? [`… ${lines.length - EXAMPLE_LINES} lines more`] : [];
  return ['## How it begins', '', '````text', ...shown, ...rest, '````'].join('\n');
}
