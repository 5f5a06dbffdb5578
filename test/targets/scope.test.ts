import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { test } from 'node:test';
import { UsageError } from '../../src/model/trouble.ts';
import { parseNetwork } from '../../src/targets/cidr.ts';
import { type Exclusion, parseExclusion } from '../../src/targets/permission.ts';
import { createScope, reachOf, withServerName } from '../../src/targets/scope.ts';
import { SPECIAL_RANGES } from '../../src/targets/special-addresses.ts';
import { EDGES, METADATA } from './edges.ts';

const outcome = (address: string, options: Parameters<typeof createScope>[0] = {}) => {
  const admission = createScope(options).admit({ address, port: 80 });
  return admission.status === 'admitted' ? admission.target.address : admission.reason;
};
const excluding = (...texts: string[]): { exclude: Exclusion[] } => ({
  exclude: texts.map((text) => parseExclusion(text)),
});

test('rows of the table are the networks that their texts are', () => {
  for (const { text, range } of SPECIAL_RANGES)
    assert.deepEqual(parseNetwork(text), {
      status: 'ok',
      range,
      prefix: Number(text.split('/')[1] ?? (range.family === 4 ? 32 : 128)),
    });
});

test('private, loopback, link-local, shared and unique local addresses are admitted up to their edges', () => {
  const refused = EDGES.filter((address) => outcome(address) !== address);

  assert.deepEqual(refused, []);
});

test('one address beyond the edges is public and refused', () => {
  const beyond = [
    ...[
      '9.255.255.255',
      '11.0.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ],
    ...[
      '169.253.255.255',
      '169.255.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '192.0.1.0',
      '192.0.2.1',
      '198.18.0.1',
      '223.255.255.255',
    ],
    ...['2000::1', '2606:4700::1111', 'fe00::1', 'fec0::1', 'fbff::1', '2001:db8::1', '2003::1', '101::'],
  ];

  const other = beyond.filter((address) => outcome(address) !== 'public');

  assert.deepEqual(other, []);
});

test('metadata services are never dialled, whatever is allowed', () => {
  const wide = METADATA.filter(isIPv4).map((address) => `${address}/16`);

  for (const address of METADATA) {
    const verdict = outcome(address, { allowPublic: [...wide, 'fd00:ec2::/64', 'fd20:ce::/64'] });
    assert.ok(verdict === 'metadata' || verdict === 'reserved', `${address} ${verdict}`);
  }
  assert.equal(outcome('fe80::a9fe:a9fe%eth0'), 'metadata');
  assert.equal(outcome('::ffff:169.254.169.254'), 'metadata');
  assert.equal(outcome('::ffff:a9fe:a9fe'), 'metadata');
});

test('what is not one host is never dialled', () => {
  for (const address of [
    '0.0.0.0',
    '0.1.2.3',
    '192.0.0.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '100::1',
    'ff02::1',
  ]) {
    assert.equal(outcome(address), 'reserved', address);
  }
});

test('an IPv6 address that carries an IPv4 address is never dialled, even when allowed', () => {
  const table: Record<string, string> = {
    '::169.254.169.254': 'transition',
    '::7f00:1': 'transition',
    '::2': 'transition',
    '::ffff:0:169.254.169.254': 'transition',
    '64:ff9b::169.254.169.254': 'transition',
    '64:ff9b::8.8.8.8': 'transition',
    '64:ff9b:1::a9fe:a9fe': 'transition',
    '2002:a9fe:a9fe::1': 'transition',
    '2002:808:808::1': 'transition',
    '2001:0:a9fe:a9fe::1': 'transition',
    'fe80::5efe:169.254.169.254': 'transition',
    'fd00::200:5efe:169.254.169.254': 'transition',
    '2606:4700::5efe:a9fe:a9fe': 'transition',
    '::1': '::1',
  };

  const verdicts = Object.fromEntries(
    Object.keys(table).map((text) => [text, outcome(text, { allowPublic: ['2606:4700::/64'] })]),
  );

  assert.deepEqual(verdicts, table);
});

test('allowing what is never dialled is a mistake that is named', () => {
  for (const text of ['169.254.169.254', '224.0.0.0/16', '2002:808::/64', '64:ff9b::8.8.8.8', '::/96', 'ff02::/64']) {
    assert.throws(
      () => createScope({ allowPublic: [text] }),
      { name: 'UsageError', message: /^--allow-public: .* is never dialled \(.*expected a public network/ },
      text,
    );
  }
  assert.equal(outcome('::1', { allowPublic: ['::1', '127.0.0.1', '10.0.0.0/16'] }), '::1');
});

test('a public network opens itself and nothing else', () => {
  const allowPublic = ['203.0.113.128/25', '8.8.8.8', '2606:4700::/64'];

  assert.equal(outcome('203.0.113.127', { allowPublic }), 'public');
  assert.equal(outcome('203.0.113.128', { allowPublic }), '203.0.113.128');
  assert.equal(outcome('203.0.114.0', { allowPublic }), 'public');
  assert.equal(outcome('8.8.8.8', { allowPublic }), '8.8.8.8');
  assert.equal(outcome('8.8.8.9', { allowPublic }), 'public');
  assert.equal(outcome('2606:4700::1111', { allowPublic }), '2606:4700::1111');
  assert.equal(outcome('2606:4700:0:1::', { allowPublic }), 'public');
  assert.equal(outcome('203.0.113.1', { allowPublic: ['203.0.113.77/16'] }), '203.0.113.1');
});

test('an allowance is a network of at most /16 or /64', () => {
  const table: Record<string, RegExp> = {
    '8.0.0.0/15': /'8\.0\.0\.0\/15' is too wide: expected an IPv4 network of \/16 or longer/,
    '0.0.0.0/0': /is too wide/,
    '2606:4700::/63': /is too wide: expected an IPv6 network of \/64 or longer/,
    '::/0': /is too wide/,
    '::ffff:8.0.0.0/103': /is too wide/,
    'example.com': /is not a network: expected an IPv4 or IPv6 address or a CIDR/,
    '8.8.8.1-9': /is not a network/,
    '8.8.8.8/33': /expected a prefix length/,
    '': /is not a network/,
  };

  for (const [text, message] of Object.entries(table)) {
    assert.throws(() => createScope({ allowPublic: [text] }), { name: 'UsageError', message }, text);
  }
});

test('an admitted target is the canonical address with what was asked for', () => {
  const admission = createScope({}).admit({
    host: 'ai.lan',
    address: 'FD00:0::1',
    port: 443,
    scheme: 'https',
    basePath: '/ollama',
  });

  assert.ok(admission.status === 'admitted');
  assert.deepEqual(
    { ...admission.target },
    { host: 'ai.lan', address: 'fd00::1', port: 443, basePath: '/ollama', scheme: 'https' },
  );
  assert.deepEqual(
    { ...withServerName(admission.target, 'Other.lan') },
    { ...admission.target, serverName: 'other.lan' },
  );
  assert.throws(() => withServerName(admission.target, 'a\r\nX: y'), UsageError);
});

test('what is no address and no port is refused', () => {
  const scope = createScope({});

  for (const address of ['', 'ai.lan', '010.0.0.1', '127.1', '10.0.0.1/32'])
    assert.equal(scope.admit({ address, port: 80 }).status, 'refused', address);
  for (const port of [0, -1, 65536, 1.5, Number.NaN])
    assert.equal(scope.admit({ address: '10.0.0.1', port }).status, 'refused', String(port));
});

test('a refusal explains itself', () => {
  const scope = createScope(excluding('10.0.0.1'));
  const detail = (address: string) => {
    const admission = scope.admit({ address, port: 80 });
    return admission.status === 'refused' ? admission.detail : '';
  };

  assert.equal(detail('10.0.0.1'), '10.0.0.1 is excluded');
  assert.equal(detail('168.63.129.16'), '168.63.129.16 is never dialled (Azure wire server)');
  assert.equal(detail('224.0.0.1'), '224.0.0.1 is not the address of a host (multicast)');
  assert.equal(
    detail('2002::1'),
    '2002::1 carries an IPv4 address inside (6to4) and is never dialled; give the IPv4 address itself',
  );
  assert.equal(
    detail('8.8.8.8'),
    '8.8.8.8 is public: public addresses need --allow-public with a CIDR that holds them',
  );
});

test('reach follows from the address', () => {
  const table = {
    '127.0.0.1': 'loopback',
    '127.8.8.8': 'loopback',
    '::1': 'loopback',
    '::ffff:127.0.0.1': 'loopback',
    '10.1.2.3': 'lan',
    '169.254.1.1': 'lan',
    '100.64.0.1': 'lan',
    'fe80::1%eth0': 'lan',
    'fd00::1': 'lan',
    '8.8.8.8': 'public',
    '2606:4700::1111': 'public',
    '0.0.0.0': 'unknown',
    'ff02::1': 'unknown',
    'gpu.lan': 'unknown',
    '': 'unknown',
  };

  assert.deepEqual(Object.fromEntries(Object.keys(table).map((address) => [address, reachOf(address)])), table);
});
