import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Door, DoorState } from '../../src/model/auth.ts';
import { classState, isLoginRedirect, overallOf } from '../../src/network/auth.ts';

/** The decision table of docs/architecture.md, as written. */
const TABLE: readonly (readonly [string, readonly DoorState[], string])[] = [
  ['all open', ['open', 'open'], 'open'],
  ['all refused', ['guarded', 'guarded', 'guarded'], 'guarded'],
  ['some open, some refused', ['open', 'guarded'], 'partial'],
  ['none decisive', ['unknown', 'unknown'], 'unknown'],
  ['only identity answers and nothing else was asked', [], 'unknown'],
  ['an unknown beside an open one does not close it', ['open', 'unknown'], 'open'],
  ['an unknown beside a refusal does not open it', ['guarded', 'unknown'], 'guarded'],
];

for (const [name, states, expected] of TABLE) {
  test(`overall: ${name} is ${expected}`, () => {
    assert.equal(overallOf(states), expected);
  });
}

test('overall does not depend on the order of doors', () => {
  const states = fc.array(fc.constantFrom<DoorState>('open', 'guarded', 'unknown'));

  fc.assert(
    fc.property(states, (doors) => {
      assert.equal(overallOf(doors), overallOf([...doors].reverse()));
    }),
  );
});

function door(state: DoorState, side = false): Door {
  return { class: 'inference', request: 'GET /x', status: 200, state, side, standsFor: [] };
}

test('the main door decides its class whatever side doors say', () => {
  assert.equal(classState([door('guarded'), door('open', true)], true), 'guarded');
  assert.equal(classState([door('open', true), door('guarded')], true), 'guarded');
  assert.equal(classState([door('open'), door('guarded', true)], true), 'open');
});

test('without a decided main door an open side door opens the class and a refused one settles nothing', () => {
  assert.equal(classState([door('unknown'), door('open', true)], true), 'open');
  assert.equal(classState([door('unknown'), door('guarded', true)], true), 'unknown');
  assert.equal(classState([], true), 'unknown');
  assert.equal(classState([], false), 'absent');
});

test('a redirect is a refusal only when it leads to a login', () => {
  const redirect = (location: string, status = 302) => isLoginRedirect({ status, headers: { location }, body: '' });

  assert.ok(redirect('/login?next=%2Flab'));
  assert.ok(redirect('https://sso.example/oauth2/start?rd=/'));
  assert.ok(redirect('/auth/sign-in', 307));
  assert.ok(!redirect('/lab?'));
  assert.ok(!redirect('https://ai.example/'));
  assert.ok(!redirect('/blogindex'));
  assert.ok(!redirect('/login', 200));
});
