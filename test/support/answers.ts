import { readFileSync } from 'node:fs';
import { type Answer, parseAnswers, type Route } from '../../fixtures/lab/answers.ts';

/** The routes of an answer file, named as below fixtures/answers/: `ollama/open.http`. */
export function answersOf(name: string): readonly Route[] {
  const text = readFileSync(new URL(`../../fixtures/answers/${name}`, import.meta.url), 'utf8');
  return parseAnswers(text, name).routes;
}

/** The same answer to everything. */
export function always(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { 'Content-Type': 'text/html' },
): readonly Route[] {
  const answer: Answer = { status, reason: '', headers: Object.entries(headers), body };
  return [{ method: '*', path: '*', header: null, answer }];
}
