import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Exclusion, parseExclusion, parseExclusionList } from '../../src/targets/permission.ts';
import { createScope } from '../../src/targets/scope.ts';

const outcome = (address: string, options: Parameters<typeof createScope>[0] = {}) => {
  const admission = createScope(options).admit({ address, port: 80 });
  return admission.status === 'admitted' ? admission.target.address : admission.reason;
};
const excluding = (...texts: string[]): { exclude: Exclusion[] } => ({
  exclude: texts.map((text) => parseExclusion(text)),
});

test('exclusions win over everything, in every notation', () => {
  const table: [string, string][] = [
    ['10.0.0.5', '10.0.0.5'],
    ['10.0.0.0/24', '10.0.0.255'],
    ['10.0.0.9/24', '10.0.0.0'],
    ['10.0.0.5-9', '10.0.0.9'],
    ['::ffff:10.0.0.5', '10.0.0.5'],
    ['10.0.0.5', '::ffff:10.0.0.5'],
    ['::ffff:0:0/96', '10.0.0.5'],
    ['0.0.0.0/0', '127.0.0.1'],
    ['8.8.8.8', '8.8.8.8'],
    ['fd00::/8', 'fd12:3456::1'],
    ['::/0', '::1'],
    ['[fd00::1]', 'fd00::1'],
    ['fd00:0:0::1', 'fd00::1'],
    ['fe80::1', 'fe80::1%eth0'],
    ['fe80::/64', 'fe80::1%eth0'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ];

  for (const [excluded, address] of table) {
    assert.equal(
      outcome(address, { ...excluding(excluded), allowPublic: ['8.8.8.8'] }),
      'excluded',
      `${excluded} ${address}`,
    );
  }
  assert.equal(outcome('fe80::1%eth1', excluding('fe80::1%eth0')), 'fe80::1%eth1');
});

test('an excluded name excludes the name and all of its addresses', () => {
  const scope = createScope({ ...excluding('NAS.lan.'), resolved: new Map([['nas.lan', ['10.0.0.9', 'fd00::9']]]) });

  const verdicts = [
    scope.admit({ address: '10.0.0.9', port: 80 }),
    scope.admit({ address: 'fd00::9', port: 80 }),
    scope.admit({ host: 'Nas.lan', address: '10.0.0.1', port: 80 }),
    scope.admit({ host: 'gpu.lan', address: '10.0.0.1', port: 80 }),
  ].map((admission) => (admission.status === 'refused' ? admission.reason : admission.status));

  assert.deepEqual(verdicts, ['excluded', 'excluded', 'excluded', 'admitted']);
});

test('an excluded name without address stops the run', () => {
  const message = /^exclude\.txt:2: 'nas\.lan' does not resolve, so its addresses cannot be kept out/;

  for (const resolved of [new Map(), new Map([['nas.lan', []]])]) {
    assert.throws(() => createScope({ exclude: parseExclusionList('# ours\nnas.lan', 'exclude.txt'), resolved }), {
      name: 'UsageError',
      message,
    });
  }
});

test('hosts are excluded whole', () => {
  for (const text of ['10.0.0.1:80', '[fd00::1]:80', '10.0.0.0/24:80', 'nas.lan:80', 'http://nas.lan/']) {
    assert.throws(
      () => parseExclusion(text),
      {
        name: 'UsageError',
        message: /^--exclude: .* cannot be excluded: expected a host or network without port and path/,
      },
      text,
    );
  }
  assert.throws(() => parseExclusionList('nas.lan\n010.0.0.1 # octal', 'exclude.txt'), {
    name: 'UsageError',
    message: /^exclude\.txt:2: '010\.0\.0\.1' is not a target/,
  });
});
