import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../../src/config/services/evaluate.ts';
import { recognise } from '../../../src/config/services/recognise.ts';
import type { Deployable } from '../../../src/model/deploy.ts';
import { builtinDeployables, value } from '../../support/declared-process.ts';

const services = await builtinDeployables();
const nothing = { name: 'app', aliases: [], image: null, argv: null, args: null };

/** An image that the pattern stands for. */
function imageOf({ repository, tag }: Deployable['naming']['images'][number]): string {
  return `${repository.replaceAll('*', 'x')}:${(tag ?? 'latest').replaceAll('*', '')}`;
}

for (const service of services) {
  const { naming } = service;

  test(`${service.id}: its images and commands are its own`, () => {
    const strangers: string[] = [];
    for (const pattern of naming.images) {
      const image = imageOf(pattern);
      const found = recognise({ ...nothing, image: value(image) }, services);
      if (found?.service !== service || found.confidence !== 'high') strangers.push(`${image} is ${found?.service.id}`);
    }
    for (const { words, near } of naming.commands) {
      const found = recognise({ ...nothing, argv: words.map(value), near: near.slice(0, 1) }, services);
      if (found?.service !== service) strangers.push(`${words.join(' ')} is ${found?.service.id}`);
    }

    assert.deepEqual(strangers, []);
  });

  test(`${service.id}: told nothing, it has a door of which something is known`, () => {
    for (const packaging of ['binary', 'image'] as const) {
      const view = evaluate(
        {
          service,
          confidence: 'high',
          serves: true,
          packaging,
          contained: packaging === 'image',
          because: { text: '', span: null },
          image: naming.images[0] ?? null,
          reference: null,
          argv: null,
          assignments: [],
        },
        { args: null, environment: [], unseenEnvironment: [], image: null, span: value('').span },
      );

      assert.ok(view.listeners.length > 0);
      assert.deepEqual([view.ineffective, view.incomplete, view.tunnels], [[], [], []]);
      for (const { port } of view.listeners) assert.match(port.text ?? '1', /^\d{1,5}$/);
    }
  });
}

test('no name means two services', () => {
  const owners = new Map<string, string[]>();
  for (const { id, naming } of services) {
    for (const name of naming.names) owners.set(name, [...(owners.get(name) ?? []), id]);
  }

  assert.deepEqual(
    [...owners].filter(([, ids]) => ids.length > 1),
    [],
  );
});
