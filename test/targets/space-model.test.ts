import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseExpression } from '../../src/targets/expression.ts';
import { parseExclusion } from '../../src/targets/permission.ts';
import { createScope } from '../../src/targets/scope.ts';
import { createSpace } from '../../src/targets/space.ts';

/** A target as text, and every place it stands for, written out. */
interface Spec {
  readonly text: string;
  readonly places: readonly Place[];
}

interface Place {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Scheme and base path of a URL. */
  readonly url: string;
}

interface Exclusion {
  readonly text: string;
  readonly addresses: readonly string[];
}

const USUAL = [80, 8000];
const RESOLVED: Readonly<Record<string, readonly string[]>> = {
  'a.lan': ['10.0.0.5', '10.0.0.6'],
  'b.lan': ['10.0.0.6', 'fd00::5'],
  'none.lan': [],
};

const keyOf = ({ name, address, port, url }: Place) => `${name} ${address} ${port} ${url}`;
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

const octet = fc.integer({ min: 0, max: 40 });
const ports = fc.constantFrom<readonly [string, readonly number[]]>(
  ['', USUAL],
  [':80', [80]],
  [':80-83', [80, 81, 82, 83]],
  [':82,90', [82, 90]],
  [':1-5', [1, 2, 3, 4, 5]],
);

function spec(text: string, name: string, addresses: readonly string[], numbers: readonly number[], url = ''): Spec {
  return { text, places: addresses.flatMap((address) => numbers.map((port) => ({ name, address, port, url }))) };
}

function inNetwork(a: number, prefix: number): string[] {
  const hosts = 2 ** (32 - prefix);
  const first = a - (a % hosts);
  return upTo(first, first + hosts - 1).map((n) => `10.0.0.${n}`);
}

const target = fc.oneof(
  fc.tuple(octet, octet, ports).map(([a, b, [suffix, numbers]]) => {
    const [first, last] = a < b ? [a, b] : [b, a];
    return spec(
      `10.0.0.${first}-${last}${suffix}`,
      '',
      upTo(first, last).map((n) => `10.0.0.${n}`),
      numbers,
    );
  }),
  fc
    .tuple(octet, fc.integer({ min: 27, max: 32 }), ports)
    .map(([a, prefix, [suffix, numbers]]) => spec(`10.0.0.${a}/${prefix}${suffix}`, '', inNetwork(a, prefix), numbers)),
  fc
    .tuple(octet, ports)
    .map(([a, [suffix, numbers]]) =>
      spec(`[fd00::${a.toString(16)}]${suffix}`, '', [a === 0 ? 'fd00::' : `fd00::${a.toString(16)}`], numbers),
    ),
  fc
    .tuple(fc.constantFrom(...Object.keys(RESOLVED)), ports)
    .map(([name, [suffix, numbers]]) => spec(`${name}${suffix}`, name, RESOLVED[name] ?? [], numbers)),
  fc
    .tuple(
      fc.constantFrom('http', 'https'),
      fc.constantFrom('a.lan', '10.0.0.7', 'fd00::3'),
      fc.constantFrom(80, 81),
      fc.constantFrom('', '/x'),
    )
    .map(([scheme, host, port, path]) => {
      const written = host.includes('::') ? `[${host}]` : host;
      const isName = host in RESOLVED;
      return spec(
        `${scheme}://${written}:${port}${path}`,
        isName ? host : '',
        isName ? (RESOLVED[host] ?? []) : [host],
        [port],
        `${scheme}${path}`,
      );
    }),
);

const exclusion: fc.Arbitrary<Exclusion> = fc.oneof(
  fc
    .tuple(octet, fc.integer({ min: 28, max: 32 }))
    .map(([a, prefix]) => ({ text: `10.0.0.${a}/${prefix}`, addresses: inNetwork(a, prefix) })),
  fc.constantFrom(
    { text: 'fd00::/125', addresses: upTo(0, 7).map((n) => (n === 0 ? 'fd00::' : `fd00::${n}`)) },
    { text: 'a.lan', addresses: RESOLVED['a.lan'] ?? [] },
  ),
);

function expectedKeys(specs: readonly Spec[], exclusions: readonly Exclusion[]): string[] {
  const excluded = new Set(exclusions.flatMap(({ addresses }) => addresses));
  const inScope = specs.flatMap(({ places }) => places).filter(({ address }) => !excluded.has(address));
  const plain = new Set(inScope.filter(({ url }) => url === '').map(keyOf));
  const urls = inScope.filter(({ url }) => url !== '');
  // A URL without a base path adds nothing where the same place is tried anyway.
  const adding = urls.filter((place) => place.url.includes('/') || !plain.has(keyOf({ ...place, url: '' })));
  return [...new Set([...plain, ...adding.map(keyOf)])].sort();
}

test('the space is exactly what its targets add up to, each place once', () => {
  const resolved = new Map(Object.entries(RESOLVED));

  fc.assert(
    fc.property(fc.array(target, { maxLength: 8 }), fc.array(exclusion, { maxLength: 4 }), (specs, exclusions) => {
      const scope = createScope({ exclude: exclusions.map(({ text }) => parseExclusion(text)), resolved });
      const expressions = specs.map(({ text }) => parseExpression(text, 'target'));

      const space = createSpace(expressions, { ports: USUAL, scope, resolved });

      const targets = upTo(0, space.size - 1).map((i) => space.at(i));
      const keys = targets.map(({ host, address, port, scheme = '', basePath }) =>
        keyOf({ name: host === address ? '' : host, address, port, url: `${scheme}${basePath}` }),
      );
      assert.deepEqual([...keys].sort(), expectedKeys(specs, exclusions));
      assert.equal(space.addressCount, new Set(targets.map(({ address }) => address)).size);
      assert.deepEqual(
        space.ports,
        [...new Set(targets.map(({ port }) => port))].sort((a, b) => a - b),
      );
      const requested = new Set(specs.flatMap(({ places }) => places.map(({ address }) => address)));
      assert.equal(space.addressCount + space.excludedCount, requested.size);
    }),
    { numRuns: 1000 },
  );
});
