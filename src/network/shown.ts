import type { Predicate } from '../model/rule.ts';
import type { Catalogue, Sign } from '../model/service.ts';
import type { AnswerSubject } from './answer-subject.ts';

/** Whether the answer to the sign's request is there and looks like it says, and means anything at all. */
export function isShown(
  { request, match }: Sign,
  subject: AnswerSubject | undefined,
  control: AnswerSubject | undefined,
  matches: Catalogue['matches'],
): boolean {
  if (!subject || !matches(match, subject)) return false;
  return request === null || !isCatchAll(match, control, matches);
}

/** True when the random path also got what the predicate asks for: a catch-all proves nothing. */
export function isCatchAll(
  predicate: Predicate,
  control: AnswerSubject | undefined,
  matches: Catalogue['matches'],
): boolean {
  // A refusal or a 404 of a certain shape is a trait of the server; only a granted random path is a catch-all.
  return control !== undefined && control.status < 400 && matches(predicate, control);
}
