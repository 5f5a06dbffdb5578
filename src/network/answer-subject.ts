import type { HttpResponse } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue } from '../model/service.ts';

/** What predicates of service files are run on. */
export interface AnswerSubject {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly title?: string;
  readonly json?: unknown;
}

/** Projects a response to what predicates see. JSON that does not parse, or was cut, is simply not there. */
export function answerSubject(response: HttpResponse): AnswerSubject {
  const { status, headers, body } = response;
  const json = parseJson(body);
  const title = htmlTitle(body);
  return { status, headers, body, ...(json === undefined ? {} : { json }), ...(title === undefined ? {} : { title }) };
}

/** Answers alike are one subject, so that what was found out about it holds for all of them. */
export interface AnswerSubjects {
  of(response: HttpResponse): AnswerSubject;
  /** Whether the next answer like it will be the same subject. */
  keeps(subject: AnswerSubject): boolean;
}

/** Nobody gives so many but to fill memory. */
const MOST_KEPT = 1024;
/** In UTF-16 units, headers included; what is longer is seldom said twice. */
const LONGEST_KEPT = 8192;

/** The same software says much the same wherever it runs. Kept as long as the catalogue of a run. */
export const answerSubjects = onceFor((_run: Catalogue): AnswerSubjects => {
  const known = new Map<string, AnswerSubject>();
  const kept = new Set<AnswerSubject>();
  return {
    of(response) {
      const key = likeness(response);
      if (key.length > LONGEST_KEPT) return answerSubject(response);
      let subject = known.get(key);
      if (subject === undefined) {
        subject = answerSubject(response);
        if (known.size === MOST_KEPT) {
          known.clear();
          kept.clear();
        }
        known.set(key, subject);
        kept.add(subject);
      }
      return subject;
    },
    keeps: (subject) => kept.has(subject),
  };
});

/** All that a subject is made of, but for the time of day (RFC 9110 section 6.6.1), of which only is said that it is there. */
function likeness({ status, headers, body }: HttpResponse): string {
  const names = Object.keys(headers);
  let likeness = `${status} ${names.length} `;
  // Lengths, since a hostile value may look like the next header.
  for (const name of names) {
    const value = name === 'date' ? '' : (headers[name] ?? '');
    likeness += `${name.length} ${value.length} ${name}${value}`;
  }
  return likeness + body;
}

function parseJson(body: string): unknown {
  const first = body.trimStart()[0];
  if (first === undefined || !'{["-0123456789tfn'.includes(first)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Titles stand near the top; searching further would only help a hostile page. */
const TITLE_WINDOW = 16_384;

function htmlTitle(body: string): string | undefined {
  const top = body.slice(0, TITLE_WINDOW);
  const open = top.search(/<title[\s>]/i);
  if (open < 0) return undefined;
  const from = top.indexOf('>', open) + 1;
  const to = top.toLowerCase().indexOf('</title', from);
  if (from === 0 || to < 0) return undefined;
  return top.slice(from, to).trim();
}
