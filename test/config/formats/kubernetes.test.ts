import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { networkPoliciesOf, objectsNamed, podsSelected } from '../../../src/config/formats/kubernetes/found-by.ts';
import { manifestOf } from '../../../src/config/formats/kubernetes/objects.ts';
import { podsOf, selects, textMap } from '../../../src/config/formats/kubernetes/pod.ts';
import { SourceText } from '../../../src/config/source/source-text.ts';
import { get, items } from '../../../src/config/yaml/node.ts';
import { readText } from './reading.ts';

const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'a\nb'), fc.constantFrom('x', 'y', ''), { maxKeys: 3 });

function objectsOf(documents: readonly unknown[]) {
  // JSON is YAML.
  return manifestOf(new SourceText('k.yaml', documents.map((one) => JSON.stringify(one)).join('\n---\n'))).objects;
}

describe('what objects find each other by is what a walk over all of them finds', () => {
  const pod = labels.map((of) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: of },
    spec: { containers: [] },
  }));
  const policy = fc.record({ of: labels, more: fc.boolean() }).map(({ of, more }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'n' },
    spec: {
      podSelector: { matchLabels: of, ...(more ? { matchExpressions: [{ key: 'app', operator: 'Exists' }] } : {}) },
    },
  }));

  test('pods by a selector', () => {
    fc.assert(
      fc.property(fc.array(pod, { maxLength: 12 }), labels, (pods, selector) => {
        const all = podsOf(objectsOf(pods));
        const wanted = new Map(Object.entries(selector));

        assert.deepEqual(
          podsSelected(wanted, all),
          all.filter((one) => selects(wanted, one.labels)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('network policies by a pod', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 12 }), pod, (policies, one) => {
        const objects = objectsOf([...policies, one]);
        const [chosen] = podsOf(objects);
        assert.ok(chosen);

        const walked = objects.filter(({ kind, node }) => {
          const selector = textMap(get(node, 'spec', 'podSelector', 'matchLabels'));
          const more = items(get(node, 'spec', 'podSelector', 'matchExpressions'));
          return (
            kind === 'NetworkPolicy' && more.length === 0 && (selector.size === 0 || selects(selector, chosen.labels))
          );
        });
        assert.deepEqual(networkPoliciesOf(chosen, objects), walked);
      }),
      { numRuns: 200 },
    );
  });

  test('objects by kind and name, the first first', () => {
    const objects = objectsOf(
      ['a', 'b', 'a'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } })),
    );

    assert.deepEqual(objectsNamed('Service', 'a', objects), [objects[0], objects[2]]);
    assert.deepEqual(objectsNamed('Gateway', 'a', objects), []);
    assert.deepEqual(objectsNamed('Service', undefined, objects), []);
  });
});

describe('policies of a mesh are for the routes of their namespace', () => {
  const manifest = (routeIn: string, policyIn: readonly string[]) =>
    [
      'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { selector: { app: a }, ports: [{ port: 80 }] }',
      'apiVersion: v1\nkind: Pod\nmetadata: { name: p, labels: { app: a } }\nspec: { containers: [{ name: c, image: ollama/ollama }] }',
      ...policyIn.map(
        (namespace, index) =>
          `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: p${index}, namespace: ${namespace} }`,
      ),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v, namespace: ${routeIn} }\nspec: { gateways: [g], http: [{ route: [{ destination: { host: s, port: { number: 80 } } }] }] }`,
    ].join('\n---\n');

  const cases: readonly (readonly [routeIn: string, policyIn: readonly string[], gate: string, reasons: number])[] = [
    ['one', [], 'off', 0],
    ['one', ['one'], 'unknown', 1],
    ['one', ['other'], 'off', 0],
    ['one', ['other', "''"], 'unknown', 1],
    ["''", ['one', 'other'], 'unknown', 2],
    ['one', Array.from({ length: 40 }, () => 'one'), 'unknown', 5],
  ];
  for (const [routeIn, policyIn, state, reasons] of cases) {
    test(`a route in ${routeIn}, ${policyIn.length} policies in ${[...new Set(policyIn)].join(', ') || 'none'}`, async () => {
      const { declarations } = await readText('kubernetes', manifest(routeIn, policyIn), { path: 'k.yaml' });

      assert.deepEqual(
        declarations.publications.map(({ gate }) => [gate.state, gate.because.length]),
        [[state, reasons]],
      );
    });
  }
});
