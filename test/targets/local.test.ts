import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localExpressions, localOmissions } from '../../src/targets/local.ts';
import { createScope } from '../../src/targets/scope.ts';
import { createSpace } from '../../src/targets/space.ts';

const network = (name: string, cidr: string, internal = false) => ({ interface: name, cidr, internal });
const LAPTOP = [
  network('lo', '127.0.0.1/8', true),
  network('lo', '::1/128', true),
  network('wlan0', '192.168.1.7/24'),
  network('eth0', '192.168.1.8/24'),
  network('wlan0', 'fd12::7/64'),
  network('wlan0', 'fe80::1234/64'),
  network('wlan0', '2001:db8::7/64'),
  network('docker0', '172.17.0.1/16'),
  network('tun0', '100.101.1.2/32'),
  network('wg0', 'fd77::1/120'),
];

test('the IPv4 subnets and the own unique local addresses of a machine are its local targets', () => {
  const found = localExpressions(LAPTOP).map(({ text, where }) => `${text} from ${where}`);

  assert.deepEqual(found, [
    '100.101.1.2/32 from --local (tun0)',
    '172.17.0.0/16 from --local (docker0)',
    '192.168.1.0/24 from --local (eth0)',
    'fd12::7 from --local (wlan0)',
    'fd77::/120 from --local (wg0)',
  ]);
});

test('what is left out is said', () => {
  const sentences = localOmissions(LAPTOP);

  assert.equal(sentences.length, 3);
  assert.match(sentences[0] ?? '', /^--local \(wlan0\): 2001:db8::7\/64 is public; name it as a target/);
  assert.match(sentences[1] ?? '', /^--local \(wlan0\): fd12::7 alone is scanned of fd12::7\/64/);
  assert.match(sentences[2] ?? '', /^--local \(wlan0\): nothing is scanned of fe80::1234\/64/);
});

test('a subnet wider than /16 is refused with its interface', () => {
  assert.throws(() => localExpressions([network('vpn0', '10.8.0.5/8')]), {
    name: 'UsageError',
    message:
      '--local (vpn0): the subnet 10.0.0.0/8 is wider than /16: expected the part to scan as a target, such as 10.8.0.5/24',
  });
  assert.equal(localExpressions([network('eth0', '10.8.0.5/16')]).length, 1);
});

test('public subnets are not scanned because the machine is on one', () => {
  const networks = [network('eth0', '203.0.113.5/24'), network('eth1', '8.8.8.8/8')];

  assert.deepEqual(localExpressions(networks), []);
  assert.match(localOmissions(networks).join('\n'), /203\.0\.113\.0\/24 is public/);
});

test('what the system reports oddly is said and not scanned', () => {
  const networks = [network('eth0', ''), network('eth0', 'fe80::1%eth0/64'), network('eth0', '10.0.0.1')];

  assert.deepEqual(localExpressions(networks), []);
  assert.equal(localOmissions(networks).length, 3);
});

test('everything local is in scope', () => {
  const space = createSpace(localExpressions(LAPTOP), { ports: [80], scope: createScope({}) });

  assert.equal(space.size, 1 + 65_536 + 256 + 1 + 256);
});
