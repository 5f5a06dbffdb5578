import type { DeclaredRequest, Failure } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue, Service, Sign } from '../model/service.ts';
import { type AnswerSubject, answerSubjects } from './answer-subject.ts';
import { isShown } from './shown.ts';
import { CONTROL, FAILED, indexOf, type ServiceFile, SHOWN, type Standing, UNASKED } from './standing.ts';

export interface Standings {
  /** In the order of the catalogue. */
  all(): readonly Standing[];
  /** Those for which something speaks. */
  matching(): readonly Standing[];
  of(id: string): Standing | undefined;
  /** What the answer to a path that does not exist says for or against each, in the order of the catalogue. */
  familiarity(): readonly number[];
  /**
   * The standings once there is one more answer to this request, or the reason why none came; null: to the control
   * request, which is the first, if it is asked at all.
   */
  after(request: DeclaredRequest | null, answer: AnswerSubject | Failure): Standings;
}

/** Endpoints that have answered alike so far share one history, with all that follows from it; so many are kept. */
const MOST_HISTORIES = 1024;

/** The standings before anything was asked. */
export function firstStandings(catalogue: Catalogue): Standings {
  return beginningOf(catalogue)();
}

const beginningOf = onceFor((catalogue: Catalogue): (() => History) => {
  let beginning = new History(catalogue, null, CONTROL, undefined);
  return () => {
    if (beginning.followers >= MOST_HISTORIES) beginning = new History(catalogue, null, CONTROL, undefined);
    return beginning;
  };
});

/** Answers one after the other, and how each service stands after the last: worked out when somebody wants to know. */
class History implements Standings {
  /** Of the beginning: histories that are kept because of it. */
  followers = 0;
  readonly #catalogue: Catalogue;
  readonly #before: History | null;
  readonly #key: string;
  readonly #subject: AnswerSubject | undefined;
  readonly #beginning: History;
  readonly #control: AnswerSubject | undefined;
  readonly #next = new Map<string, Map<AnswerSubject | Failure, History>>();
  #state: State | null = null;
  #matching: readonly Standing[] | null = null;
  #familiar: readonly number[] | null = null;

  constructor(catalogue: Catalogue, before: History | null, key: string, subject: AnswerSubject | undefined) {
    this.#catalogue = catalogue;
    this.#before = before;
    this.#key = key;
    this.#subject = subject;
    this.#beginning = before === null ? this : before.#beginning;
    this.#control = before === null || key === CONTROL ? subject : before.#control;
  }

  after(request: DeclaredRequest | null, answer: AnswerSubject | Failure): History {
    const key = request?.key ?? CONTROL;
    const known = this.#next.get(key)?.get(answer);
    if (known !== undefined) return known;
    const subject = typeof answer === 'string' ? undefined : answer;
    const next = new History(this.#catalogue, this, key, subject);
    if (subject !== undefined && !answerSubjects(this.#catalogue).keeps(subject)) return next;
    if (this.#beginning.followers >= MOST_HISTORIES) return next;
    this.#beginning.followers += 1;
    const alike = this.#next.get(key) ?? new Map<AnswerSubject | Failure, History>();
    this.#next.set(key, alike.set(answer, next));
    return next;
  }

  all(): readonly Standing[] {
    return this.#worked().standings;
  }

  matching(): readonly Standing[] {
    this.#matching ??= this.all().filter(({ score }) => score > 0);
    return this.#matching;
  }

  of(id: string): Standing | undefined {
    return this.all()[indexOf(this.#catalogue).numbers.get(id) ?? -1];
  }

  familiarity(): readonly number[] {
    if (this.#familiar === null) {
      const { services, matches } = this.#catalogue;
      const control = this.#control;
      this.#familiar =
        this.#before === null || this.#key === CONTROL
          ? services.map((service) => familiarity(service, control, matches))
          : this.#before.familiarity();
    }
    return this.#familiar;
  }

  #worked(): State {
    this.#state ??= this.#before === null ? unasked(this.#catalogue) : this.#work(this.#before.#worked());
    return this.#state;
  }

  /** Looks again at the services that the last answer concerns. */
  #work({ marks: before, standings: stood }: State): State {
    const { files, concerned } = indexOf(this.#catalogue);
    const concerns = concerned.get(this.#key) ?? [];
    if (concerns.length === 0) return { marks: before, standings: stood };
    const marks = [...before];
    const standings = [...stood];
    for (const { number, at } of concerns) {
      const file = files[number] as ServiceFile;
      let seen = marks[number] ?? '';
      for (const place of at) {
        const sign = file.signs[place] as Sign;
        const mark = isShown(sign, this.#subject, this.#control, this.#catalogue.matches) ? SHOWN : FAILED;
        seen = seen.slice(0, place) + mark + seen.slice(place + 1);
      }
      marks[number] = seen;
      standings[number] = file.standing(seen, file.leads.length > 0 && file.leads.every((lead) => this.#settles(lead)));
    }
    return { marks, standings };
  }

  #settles({ key }: DeclaredRequest): boolean {
    let at: History | null = this;
    while (at !== null && at.#key !== key) at = at.#before;
    const subject = at === null ? undefined : at.#subject;
    return subject !== undefined && subject.status < 500 && subject.status !== 429 && subject.status !== 408;
  }
}

/** By service, in the order of the catalogue. */
interface State {
  readonly marks: readonly string[];
  readonly standings: readonly Standing[];
}

const unasked = onceFor((catalogue: Catalogue): State => {
  const { files } = indexOf(catalogue);
  const marks = files.map(({ signs }) => UNASKED.repeat(signs.length));
  return { marks, standings: files.map((file, number) => file.standing(marks[number] ?? '', false)) };
});

function familiarity(service: Service, control: AnswerSubject | undefined, matches: Catalogue['matches']): number {
  if (!control) return 0;
  const familiar = service.unknownPath.some((match) => matches(match, control));
  const refuses = service.auth.refusal.some((match) => matches(match, control));
  const refused = control.status === 401 || control.status === 403;
  const strange = service.unknownPath.length > 0 && !familiar && !refused && control.status < 500;
  return (familiar ? 30 : 0) + (refuses ? 30 : 0) - (strange ? 20 : 0);
}
