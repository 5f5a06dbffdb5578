import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstLeads } from '../../src/catalogue/check.ts';
import { controlRequest } from '../../src/catalogue/request.ts';
import type { Exchange, HttpResponse } from '../../src/model/exchange.ts';
import type { Catalogue } from '../../src/model/service.ts';
import { answerSubjects } from '../../src/network/answer-subject.ts';
import { type AnswerBook, createAnswers, onceForAlike } from '../../src/network/answers.ts';
import { builtinCatalogue } from '../support/prober.ts';

/* Endpoints that answered alike so far share what follows; one that answers otherwise must not get their standings. */

const catalogue = await builtinCatalogue();
const control = controlRequest('c0ffee00c0ffee00');
const requests = catalogue.services.flatMap((service) => firstLeads(service)).slice(0, 12);

const RUNNING = answer(200, 'Ollama is running');
const MISSING = answer(404, '404 page not found');

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { date: 'Sat, 21 Nov 2026 12:00:00 GMT', ...headers }, body, truncated: false };
}

function book(held: Catalogue, first: HttpResponse, answers: readonly HttpResponse[], controlLast = false): AnswerBook {
  const exchange = (request: Exchange['request'], response: HttpResponse): Exchange => ({
    request,
    outcome: { status: 'ok', response, elapsedMs: 1 },
  });
  const made = createAnswers(held);
  if (!controlLast) made.setControl(exchange(control, first));
  for (const [n, request] of requests.entries()) made.add(exchange(request, answers[n % answers.length] ?? MISSING));
  if (controlLast) made.setControl(exchange(control, first));
  return made;
}

const standingsOf = ({ standings }: AnswerBook) =>
  standings.all().map(({ service, score, leads, ruledOut, disappointment }) => ({
    id: service.id,
    score,
    ruledOut,
    disappointment,
    leads: leads.map(({ request, promised }) => [request.key, promised]),
  }));

test('a history that is shared says what a history of its own says', () => {
  const series = [[RUNNING], [MISSING], [RUNNING, MISSING], [MISSING, RUNNING], [answer(500, ''), RUNNING]];
  for (const first of [MISSING, RUNNING]) {
    for (const answers of series) {
      const shared = book(catalogue, first, answers);
      const own = book({ ...catalogue }, first, answers);
      const late = book({ ...catalogue }, first, answers, true);

      assert.deepEqual(standingsOf(shared), standingsOf(own));
      assert.deepEqual(standingsOf(late), standingsOf(own));
      assert.deepEqual(late.standings.familiarity(), own.standings.familiarity());
      assert.equal(book(catalogue, first, answers).standings, shared.standings);
    }
  }
});

test('what follows from answers is worked out once for those alike, failures included', () => {
  const held = { ...catalogue };
  let times = 0;
  const count = onceForAlike((_answers, _of: string) => ++times);
  const failing = (reason: 'timeout' | 'reset'): AnswerBook => {
    const made = book(held, MISSING, [RUNNING]);
    const outcome = { status: 'failed', reason, detail: '', elapsedMs: 1 } as const;
    made.add({ request: controlRequest('0ddba110ddba1100'), outcome });
    return made;
  };

  const whole = book(held, MISSING, [RUNNING]);

  assert.equal(count(book(held, MISSING, [RUNNING]), 'one'), count(whole, 'one'));
  assert.notEqual(count(whole, 'another'), count(whole, 'one'));
  assert.equal(count(failing('timeout'), 'one'), count(failing('timeout'), 'one'));
  assert.notEqual(count(failing('timeout'), 'one'), count(failing('reset'), 'one'));
  assert.notEqual(count(failing('reset'), 'one'), count(whole, 'one'));
});

test('answers alike are one subject, whatever their time of day; others are not', () => {
  const subjects = answerSubjects({ ...catalogue });
  const subject = subjects.of(RUNNING);

  assert.equal(subjects.of(answer(200, 'Ollama is running', { date: 'Sun, 22 Nov 2026 00:00:00 GMT' })), subject);
  assert.notEqual(subjects.of({ ...RUNNING, headers: {} }), subject);
  assert.notEqual(subjects.of(answer(200, 'Ollama is running', { server: 'x' })), subject);
  assert.notEqual(subjects.of(answer(201, 'Ollama is running')), subject);
  assert.notEqual(
    subjects.of(answer(200, 'y', { 'x-a': '11 3 x-bb' })),
    subjects.of(answer(200, 'y', { 'x-a': '1', 'x-b': 'b' })),
  );
  assert.notEqual(subjects.of(answer(200, 'Ollama is')), subject);
});

test('what is long, or comes after ever new answers, is not kept', () => {
  const subjects = answerSubjects({ ...catalogue });
  const subject = subjects.of(RUNNING);
  const long = answer(200, 'x'.repeat(10_000));

  for (let n = 0; n < 1024; n += 1) subjects.of(answer(200, `model ${n}`));

  assert.notEqual(subjects.of(long), subjects.of(long));
  assert.equal(subjects.keeps(subject), false);
  assert.deepEqual(subjects.of(RUNNING), subject);
});
