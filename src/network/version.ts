import { satisfies, validate } from 'compare-versions';
import { linearPattern } from '../catalogue/linear-pattern.ts';
import type { Advisory, Service, VersionRange, VersionSource } from '../model/service.ts';
import type { AnswerSubject } from './answer-subject.ts';
import type { Answers } from './answers.ts';

/** Versions come from hostile peers and are printed: short, and of few characters. */
const VERSION_SHAPE = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/;

/** The version as the service states it, or null. */
export function versionOf(service: Service, answers: Answers): string | null {
  for (const source of service.version) {
    const subject = answers.subject(source.request);
    if (!subject || subject.status >= 500) continue;
    const text = read(source, subject)?.trim();
    if (text && VERSION_SHAPE.test(text)) return text;
  }
  return null;
}

function read(source: VersionSource, subject: AnswerSubject): string | null {
  const text = raw(source, subject);
  if (text === null || source.pattern === undefined) return text;
  return linearPattern(source.pattern).capture(text);
}

function raw(source: VersionSource, subject: AnswerSubject): string | null {
  if (source.header !== undefined) return subject.headers[source.header] ?? null;
  if (source.json === undefined) return subject.body;
  const value = pointer(subject.json, source.json);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** RFC 6901. */
function pointer(value: unknown, path: string): unknown {
  const steps = path.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return at !== null && typeof at === 'object' && Object.hasOwn(at, key)
      ? (at as Record<string, unknown>)[key]
      : undefined;
  }, value);
}

/** PEP 440 and plain tags in the form that comparison understands; null when there is no order to be had. */
function comparable(version: string): string | null {
  const plain = version
    .replace(/^v(?=\d)/i, '')
    .replace(/\.post\d+$/, '')
    .replace(/\.?(a|b|rc|dev)(\d+)$/, (_all, kind: string, number: string) => `-${kind}.${number}`);
  return validate(plain) ? plain : null;
}

/** True or false where the version can be placed in the range, null where it cannot. */
export function versionIn(version: string | null, range: string): boolean | null {
  const plain = version === null ? null : comparable(version);
  return plain === null ? null : satisfies(plain, range);
}

/** Whether a fact holds for this version; an unknown version keeps it, the answer itself then decides. */
export function holdsFor(version: string | null, { since, until }: VersionRange): boolean {
  const range = [since ? `>=${since}` : '', until ? `<${until}` : ''].filter(Boolean).join(' ');
  return range === '' || versionIn(version, range) !== false;
}

/** Advisories whose affected range holds the version. An unknown version is in no range. */
export function advisoriesFor(service: Service, version: string | null): Advisory[] {
  return service.advisories.filter(({ affected }) => versionIn(version, affected) === true);
}
