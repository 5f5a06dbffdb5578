import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { endpointSubject, fillMessage, type Subject } from '../../src/judge/subject.ts';
import { type Rule, SEVERITIES } from '../../src/model/rule.ts';
import type { Catalogue, Service } from '../../src/model/service.ts';
import { BLANK_ENDPOINT } from '../../test/support/endpoint.ts';
import { cell, type ReadPage, withGenerated } from './pages.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/rules/', import.meta.url));

/** `docs/rules/<rule>.md` from the rule's file and its fixtures, and an index. */
export function rulePages(catalogue: Catalogue, read: ReadPage): [string, string][] {
  const rules = [...catalogue.rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const pages = rules.map((rule): [string, string] => {
    const path = `docs/rules/${rule.id}.md`;
    const page = (read(path) ?? '# \n').replace(/^# .*/, `# ${rule.title}`);
    return [path, withGenerated(page, rulePage(rule, catalogue, read))];
  });
  const subjects = [...new Set(rules.map(({ subject }) => subject))];
  const index = subjects.flatMap((subject) => [
    '',
    `## ${subject}`,
    '',
    '| rule | severity | |',
    '|---|---|---|',
    ...rules
      .filter((rule) => rule.subject === subject)
      .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))
      .map(({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${cell(title)} |`),
  ]);
  const head =
    '# Rules\n\nWhat Postern judges. Severities are those a rule starts from; each page says what raises or lowers them.';
  return [...pages, ['docs/rules/README.md', `${[head, ...index].join('\n')}\n`]];
}

function rulePage(rule: Rule, { services }: Catalogue, read: ReadPage): string {
  const example = exampleOf(rule, read);
  const adjustments = rule.adjust.map(({ when, severity, confidence, pedantic }) => {
    const verdict = [severity, confidence && `${confidence} confidence`, pedantic && 'only with `--pedantic`']
      .filter(Boolean)
      .join(', ');
    return `- ${verdict}, where\n\n${indented(stringify(when.schema, { lineWidth: 100 }), 6)}`;
  });
  return [
    `\`${rule.id}\` · severity ${rule.severity} · confidence ${rule.confidence} · judges: ${rule.subject}`,
    ...(rule.cwe.length > 0
      ? ['', rule.cwe.map((cwe) => `[CWE-${cwe}](https://cwe.mitre.org/data/definitions/${cwe}.html)`).join(', ')]
      : []),
    ...(example === null ? [] : ['', `> ${cell(example)}`]),
    '',
    '## Why',
    '',
    rule.why.trim(),
    '',
    '## What to do',
    '',
    rule.fix.trim(),
    ...serviceFixes(rule, services),
    ...(adjustments.length > 0 ? ['', '## Severity', '', `${rule.severity}, except:`, '', ...adjustments] : []),
    '',
    '## When it cannot be decided',
    '',
    `It needs to know: ${rule.needs.map((field) => `\`${field}\``).join(', ')}. Where one of these is missing, the result lists the rule as undecided instead of passing it.`,
    '',
    '## To live with it',
    '',
    'In `postern.config.yaml`; what it finds is then counted as suppressed, not dropped:',
    '',
    '```yaml',
    'rules:',
    `  ${rule.id}: { enabled: false, reason: … }`,
    '```',
    ...(rule.references.length > 0 ? ['', '## References', '', ...rule.references.map((url) => `- <${url}>`)] : []),
  ].join('\n');
}

/** What the services' own files say, for a rule whose findings repeat it. */
function serviceFixes({ fixInService }: Rule, services: readonly Service[]): string[] {
  if (!fixInService) return [];
  const rows = [...services]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ name, fix }) =>
      Object.entries(fix).map(
        ([means, text]) => `| ${cell(name)} | ${means === 'general' ? '' : means} | ${cell(text)} |`,
      ),
    );
  return ['', '### By service', '', '| service | where | |', '|---|---|---|', ...rows];
}

/** What a finding says, from the first failing fixture that holds a whole subject. */
function exampleOf(rule: Rule, read: ReadPage): string | null {
  const names = folder(rule.id).filter((name) => /^ng\..*\.json$/.test(name));
  for (const name of names) {
    const fixture = JSON.parse(read(`fixtures/rules/${rule.id}/${name}`) ?? '{}');
    const subject: Subject | null =
      fixture.subject ?? (fixture.endpoint ? endpointSubject({ ...BLANK_ENDPOINT, ...fixture.endpoint }) : null);
    if (subject === null) continue;
    const message = fillMessage(rule.message, subject);
    if (!/[{}]|undefined/.test(message)) return message;
  }
  return null;
}

function folder(rule: string): string[] {
  try {
    return readdirSync(`${FIXTURES}${rule}`).sort();
  } catch {
    return [];
  }
}

function indented(text: string, columns: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(columns) + line)
    .join('\n');
}
