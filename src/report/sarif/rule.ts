import type { ReportingDescriptor, ToolComponent } from 'sarif';
import type { RuleSummary } from '../../model/result.ts';
import { cut } from '../cut.ts';
import { markdownLines } from '../markdown/text.ts';
import { LEVELS, SECURITY_SEVERITY } from './levels.ts';

/** GitHub cuts descriptions here. */
const LONGEST = 1024;

/** A rule with what helps to mend what it finds. `taxa`: the CWE numbers of the run's taxonomy, in its order. */
export function sarifRule(rule: RuleSummary, taxa: readonly number[]): ReportingDescriptor {
  const { id, title, severity, confidence, why, fix, cwe, references } = rule;
  const links = references.filter(isWebAddress);
  return {
    id,
    ...(pascalCase(id).toLowerCase() === id ? {} : { name: pascalCase(id) }),
    shortDescription: { text: cut(title, LONGEST) },
    fullDescription: { text: cut(why, LONGEST) },
    help: {
      text: [why, `What to do: ${fix}`, ...references.map((reference) => `See ${reference}`)].join('\n\n'),
      markdown: [
        markdownLines(why),
        `**What to do:** ${markdownLines(fix)}`,
        ...references.map((reference) => `- ${isWebAddress(reference) ? `<${reference}>` : markdownLines(reference)}`),
      ].join('\n\n'),
    },
    ...(links[0] === undefined ? {} : { helpUri: links[0] }),
    defaultConfiguration: { level: LEVELS[severity] },
    ...(cwe.length > 0 ? { relationships: cwe.map((number) => relationship(number, taxa)) } : {}),
    properties: {
      tags: ['security', ...cwe.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`)],
      precision: confidence,
      'security-severity': SECURITY_SEVERITY[severity],
      'problem.severity': problemSeverity(LEVELS[severity]),
    },
  };
}

/** The rule is a case of the weakness: every finding is one, not the other way round (SARIF 2.1.0 §3.53.3). */
function relationship(number: number, taxa: readonly number[]) {
  return {
    target: { id: `CWE-${number}`, index: taxa.indexOf(number), toolComponent: { name: 'CWE', index: 0 } },
    kinds: ['superset'],
  };
}

export function cweTaxonomy(taxa: readonly number[]): ToolComponent {
  return {
    name: 'CWE',
    organization: 'MITRE',
    shortDescription: { text: 'The MITRE Common Weakness Enumeration' },
    informationUri: 'https://cwe.mitre.org/',
    isComprehensive: false,
    taxa: taxa.map((number) => ({
      id: `CWE-${number}`,
      helpUri: `https://cwe.mitre.org/data/definitions/${number}.html`,
    })),
  };
}

function problemSeverity(level: (typeof LEVELS)[keyof typeof LEVELS]): string {
  return level === 'note' ? 'recommendation' : level;
}

/** `UnauthenticatedEndpoint`. A name that is the id but for its capitals is none (SARIF 2.1.0 §3.49.7). */
function pascalCase(id: string): string {
  return id
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** What is not plainly one stays out of fields that must hold a URI. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\/[!-~]+$/.test(text) && !/[<>"{}|\\^`]/.test(text) && URL.canParse(text);
}
