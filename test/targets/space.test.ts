import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { UsageError } from '../../src/model/trouble.ts';
import { parseExpression } from '../../src/targets/expression.ts';
import { parseList } from '../../src/targets/lists.ts';
import { parseExclusion } from '../../src/targets/permission.ts';
import { createScope } from '../../src/targets/scope.ts';
import { createSpace, namesToResolve, type TargetSpace } from '../../src/targets/space.ts';

interface Situation {
  readonly ports?: readonly number[];
  readonly allowPublic?: readonly string[];
  readonly exclude?: readonly string[];
  readonly resolved?: Readonly<Record<string, readonly string[]>>;
}

function spaceOf(
  targets: readonly string[],
  { ports = [80], allowPublic = [], exclude = [], resolved = {} }: Situation = {},
) {
  const names = new Map(Object.entries(resolved));
  const exclusions = exclude.map((text) => parseExclusion(text));
  const scope = createScope({ allowPublic, exclude: exclusions, resolved: names });
  return createSpace(
    targets.map((text, i) => parseExpression(text, `target ${i + 1}`)),
    { ports, scope, resolved: names },
  );
}

function* everything(space: TargetSpace): Generator<AdmittedTarget> {
  for (let i = 0; i < space.size; i += 1) yield space.at(i);
}

/** `name=address:port` or `address:port`, then scheme and path where given. */
function gist({ host, address, port, scheme, basePath }: AdmittedTarget): string {
  const place = `${host === address ? '' : `${host}=`}${address}:${port}`;
  return scheme ? `${place} ${scheme} '${basePath}'` : place;
}

const gists = (space: TargetSpace) => [...everything(space)].map(gist);

test('addresses times ports, in order', () => {
  const space = spaceOf(['10.0.0.2-3', 'fd00::1'], { ports: [443, 80] });

  assert.deepEqual(gists(space), [
    '10.0.0.2:80',
    '10.0.0.2:443',
    '10.0.0.3:80',
    '10.0.0.3:443',
    'fd00::1:80',
    'fd00::1:443',
  ]);
  assert.deepEqual([space.size, space.addressCount, space.excludedCount, space.ports], [6, 3, 0, [80, 443]]);
});

test('what overlaps is probed once', () => {
  const space = spaceOf([
    '10.0.0.0/30',
    '10.0.0.1',
    '10.0.0.2-4',
    '10.0.0.1:80,81',
    '::ffff:10.0.0.3',
    '10.0.0.3/30',
    'http://10.0.0.1/',
  ]);

  assert.deepEqual(gists(space), [
    '10.0.0.0:80',
    '10.0.0.1:80',
    '10.0.0.2:80',
    '10.0.0.3:80',
    '10.0.0.4:80',
    '10.0.0.1:81',
  ]);
});

test('the numbering does not depend on the order of targets, lists and DNS answers', () => {
  const targets = [
    '10.0.0.0/28',
    '10.0.0.8-40:8000-8003',
    'b.lan',
    'a.lan:81',
    'http://a.lan/x',
    '[fd00::2]:9',
    'fd00::/126',
  ];
  const forward = spaceOf(targets, {
    ports: [80, 81],
    resolved: { 'a.lan': ['10.0.0.1', 'fd00::9'], 'b.lan': ['10.0.0.2'] },
  });
  const backward = spaceOf([...targets].reverse(), {
    ports: [81, 80],
    resolved: { 'b.lan': ['10.0.0.2'], 'a.lan': ['fd00::9', '10.0.0.1'] },
  });

  assert.deepEqual(gists(backward), gists(forward));
});

test('a name is a place of its own at each of its addresses', () => {
  const space = spaceOf(['gpu.lan', 'GPU.lan:8000', 'gpu.lan.:80', '10.0.0.1'], {
    resolved: { 'gpu.lan': ['10.0.0.1', 'fd00::1', '10.0.0.1'] },
  });

  assert.deepEqual(gists(space), [
    '10.0.0.1:80',
    'gpu.lan=10.0.0.1:80',
    'gpu.lan=10.0.0.1:8000',
    'gpu.lan=fd00::1:80',
    'gpu.lan=fd00::1:8000',
  ]);
  assert.equal(space.addressCount, 2);
});

test('adding a target never takes one away, except that a plain URL may be covered', () => {
  const before = gists(spaceOf(['10.0.0.0/30']));
  const after = gists(
    spaceOf(['10.0.0.0/30', 'gpu.lan', 'http://10.0.0.1/x'], { resolved: { 'gpu.lan': ['10.0.0.1'] } }),
  );

  assert.deepEqual(
    before.filter((place) => !after.includes(place)),
    [],
  );
});

test('a URL adds what its base path and scheme add', () => {
  const space = spaceOf(
    [
      '10.0.0.1',
      'http://10.0.0.1/',
      'http://10.0.0.1/ollama',
      'http://10.0.0.1/ollama/',
      'https://10.0.0.2',
      'http://10.0.0.2:443/',
      'http://gpu.lan',
      'https://gpu.lan/v1',
    ],
    { resolved: { 'gpu.lan': ['10.0.0.1'] } },
  );

  assert.deepEqual(gists(space), [
    '10.0.0.1:80',
    "10.0.0.1:80 http '/ollama'",
    "10.0.0.2:443 http ''",
    "10.0.0.2:443 https ''",
    "gpu.lan=10.0.0.1:80 http ''",
    "gpu.lan=10.0.0.1:443 https '/v1'",
  ]);
  assert.deepEqual(gists(spaceOf(['gpu.lan', 'http://gpu.lan/'], { resolved: { 'gpu.lan': ['10.0.0.1'] } })), [
    'gpu.lan=10.0.0.1:80',
  ]);
});

test('names to be resolved are those of targets, URLs and exclusions, without the pinned ones', () => {
  const targets = ['b.lan', 'a.lan:80', 'https://c.lan/x', 'http://10.0.0.1/', '10.0.0.0/24', 'b.lan:81'].map((text) =>
    parseExpression(text, 'target'),
  );
  const pinned = parseList('{"host":"pinned.lan","ip":"10.0.0.9","port":80}', 'list');
  const exclusions = ['nas.lan', '10.0.0.1'].map((text) => parseExclusion(text));

  assert.deepEqual(namesToResolve([...targets, ...pinned, ...exclusions]), ['a.lan', 'b.lan', 'c.lan', 'nas.lan']);
});

test('a name from a list stays on the address where its port was found', () => {
  const scope = createScope({});
  const space = createSpace(parseList('{"host":"gpu.lan","ip":"10.0.0.9","port":8000}', 'list'), {
    ports: [80],
    scope,
  });

  assert.deepEqual(gists(space), ['gpu.lan=10.0.0.9:8000']);
  assert.deepEqual(space.unresolved, []);
});

test('exclusions leave holes and are counted once', () => {
  const space = spaceOf(['10.0.0.0/29', '10.0.0.0/30', 'nas.lan', 'http://10.0.0.3/x'], {
    exclude: ['10.0.0.2-3', '10.0.0.3', '10.0.9.0/24', 'nas.lan'],
    resolved: { 'nas.lan': ['10.0.0.5', '10.0.8.8'] },
  });

  assert.deepEqual(gists(space), ['10.0.0.0:80', '10.0.0.1:80', '10.0.0.4:80', '10.0.0.6:80', '10.0.0.7:80']);
  assert.deepEqual([space.addressCount, space.excludedCount, space.excluded.excluded], [5, 4, 4]);
  assert.deepEqual(
    space.refused.map(({ host, address, reason }) => [host, address, reason]),
    [
      ['10.0.0.3', '10.0.0.3', 'excluded'],
      ['nas.lan', '10.0.0.5', 'excluded'],
      ['nas.lan', '10.0.8.8', 'excluded'],
    ],
  );
});

test('a network loses its metadata services without an error', () => {
  const space = spaceOf(['169.254.0.0/16']);

  assert.deepEqual([space.addressCount, space.excludedCount, space.excluded.metadata], [65_530, 6, 6]);
  assert.ok(![...everything(space)].some(({ address }) => address === '169.254.169.254'));
});

test('an address that was written down and may not be dialled is an error that names it', () => {
  const table: Record<string, RegExp> = {
    '169.254.169.254':
      /^target 1: '169\.254\.169\.254' is out of scope: 169\.254\.169\.254 is never dialled \(cloud metadata service\)/,
    '[fd00:ec2::254]:80': /is never dialled \(AWS instance metadata\)/,
    'http://169.254.170.2/v2': /is never dialled \(Amazon ECS task metadata\)/,
    '0.0.0.0': /is not the address of a host/,
    '224.0.0.0/4': /224\.0\.0\.0 is not the address of a host \(multicast\)/,
    '64:ff9b::a00:1': /carries an IPv4 address inside \(NAT64\)/,
    '8.8.8.8': /^target 1: '8\.8\.8\.8' is out of scope: 8\.8\.8\.8 is public: public addresses need --allow-public/,
    'https://8.8.8.8/x': /8\.8\.8\.8 is public/,
    '9.255.255.255-10.0.0.1': /1 of its 3 addresses are public: public addresses need --allow-public/,
    '172.16.0.0/11': /1048576 of its 2097152 addresses are public/,
    '2606:4700::/120': /256 of its 256 addresses are public/,
  };

  for (const [text, message] of Object.entries(table)) {
    assert.throws(() => spaceOf([text]), { name: 'UsageError', message }, text);
  }
});

test('allowed public addresses are part of the space', () => {
  const space = spaceOf(['203.0.113.0/29', '8.8.8.8'], {
    allowPublic: ['203.0.113.0/24', '8.8.8.8'],
    exclude: ['203.0.113.1-7'],
  });

  assert.deepEqual(gists(space), ['8.8.8.8:80', '203.0.113.0:80']);
});

test('addresses behind a name are left out with the reason', () => {
  const space = spaceOf(['rebind.example', 'gone.lan', 'https://rebind.example/x'], {
    resolved: {
      'rebind.example': ['169.254.169.254', '::ffff:169.254.170.2', '8.8.8.8', '10.0.0.1', 'nonsense'],
      'gone.lan': [],
    },
  });

  assert.deepEqual(gists(space), ['rebind.example=10.0.0.1:80', "rebind.example=10.0.0.1:443 https '/x'"]);
  assert.deepEqual(
    space.refused.map(({ address, reason }) => [address, reason]),
    [
      ['8.8.8.8', 'public'],
      ['169.254.169.254', 'metadata'],
      ['169.254.170.2', 'metadata'],
    ],
  );
  assert.deepEqual([space.unresolved, space.addressCount, space.excludedCount], [['gone.lan'], 1, 3]);
});

test('a name that is excluded in the scope only is refused as well', () => {
  const scope = createScope({ exclude: [parseExclusion('nas.lan')], resolved: new Map([['nas.lan', ['10.0.0.1']]]) });
  const space = createSpace([parseExpression('nas.lan', 'target')], {
    ports: [80],
    scope,
    resolved: new Map([['nas.lan', ['10.0.0.2']]]),
  });

  assert.equal(space.size, 0);
  assert.deepEqual(
    space.refused.map(({ address, reason }) => [address, reason]),
    [['10.0.0.2', 'excluded']],
  );
});

test('nothing to scan is a space of nothing', () => {
  for (const space of [
    spaceOf([]),
    spaceOf(['10.0.0.1'], { exclude: ['10.0.0.0/8'] }),
    spaceOf(['10.0.0.1'], { ports: [] }),
  ]) {
    assert.equal(space.size, 0);
    assert.throws(() => space.at(0), RangeError);
  }
});

test('numbers outside the space are refused', () => {
  const space = spaceOf(['10.0.0.0/30']);

  for (const index of [-1, 4, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => space.at(index), RangeError);
});

test('a /8 on 100 ports is a few numbers', () => {
  const ports = Array.from({ length: 100 }, (_, i) => 8000 + i);
  const heapBefore = process.memoryUsage().heapUsed;

  const space = spaceOf(['10.0.0.0/8'], { ports, exclude: ['10.9.9.9'] });

  assert.ok(process.memoryUsage().heapUsed - heapBefore < 16 * 2 ** 20);
  assert.equal(space.size, (2 ** 24 - 1) * 100);
  assert.deepEqual([gist(space.at(0)), gist(space.at(space.size - 1))], ['10.0.0.0:8000', '10.255.255.255:8099']);
  const hole = (9 * 65536 + 9 * 256 + 9) * 100;
  assert.deepEqual([gist(space.at(hole - 1)), gist(space.at(hole))], ['10.9.9.8:8099', '10.9.9.10:8000']);
});

test('more probes than one run can take are refused', () => {
  const everyPort = Array.from({ length: 65_535 }, (_, i) => i + 1);

  assert.equal(spaceOf(['10.0.0.0/16'], { ports: everyPort }).size, 65_536 * 65_535);
  assert.throws(() => spaceOf(['10.0.0.0/15'], { ports: everyPort }), {
    name: 'UsageError',
    message:
      'the targets make 8589803520 probes (addresses times ports): expected at most 4294967296; narrow the networks or --ports',
  });
});

test('a list that is made to explode is refused instead', () => {
  const overlapping = Array.from({ length: 3000 }, (_, i) => `10.0.${i >> 8}.${i & 255}:1-${30_000 + i}`);
  const scattered = Array.from({ length: 3000 }, (_, i) => `10.${i >> 8}.${i & 255}.1:1-${30_000 + i},${60_000 - i}`);

  for (const targets of [overlapping, scattered]) assert.throws(() => spaceOf(targets), UsageError);
});
