import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import IPCIDR from 'ip-cidr';
import { formatAddress, formatIpv6, parseAddress, parseIpv4, parseIpv6 } from '../../src/targets/address.ts';
import { parseCidr } from '../../src/targets/cidr.ts';

const canonical = (text: string) => {
  const point = parseAddress(text);
  return point && formatAddress(point.page, point.offset);
};

const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });
const addressLike = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.%'), maxLength: 45 });

test('addresses come back in canonical text', () => {
  const table = {
    '10.0.0.1': '10.0.0.1',
    '255.255.255.255': '255.255.255.255',
    '2001:DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '::': '::',
    '::1': '::1',
    'fd00::': 'fd00::',
    '::ffff:10.0.0.1': '10.0.0.1',
    '::FFFF:a00:1': '10.0.0.1',
    '0:0:0:0:0:ffff:169.254.169.254': '169.254.169.254',
    '64:ff9b::10.0.0.1': '64:ff9b::a00:1',
    'fe80::1%eth0': 'fe80::1%eth0',
    'febf::1%eth0.100': 'febf::1%eth0.100',
  };

  const read = Object.fromEntries(Object.keys(table).map((text) => [text, canonical(text)]));

  assert.deepEqual(read, table);
});

test('what only some libraries call an address is none', () => {
  const odd = [
    ...[
      '',
      '127.1',
      '010.0.0.1',
      '0x7f.0.0.1',
      '2130706433',
      '1.2.3.4.5',
      '1.2.3',
      '256.0.0.1',
      '1.2.3.-4',
      '1.2.3.4 ',
      '١.2.3.4',
    ],
    ...[
      ':',
      ':::',
      '::1::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '12345::',
      'g::',
      '::1.2.3',
      '::1.2.3.4:5',
    ],
    ...[
      'fe80::1%',
      'fe80::1%a b',
      'fe80::1%eth0%eth1',
      'fd00::1%eth0',
      '10.0.0.1%eth0',
      '::ffff:169.254.0.1%eth0',
      `fe80::1%${'x'.repeat(16)}`,
    ],
  ];

  const accepted = odd.filter((text) => parseAddress(text) !== null);

  assert.deepEqual(accepted, []);
});

test('the same texts are addresses here and in the platform', () => {
  fc.assert(
    fc.property(addressLike, (text) => {
      assert.equal(parseIpv4(text) !== null, isIPv4(text));
      if (!text.includes('%')) assert.equal(parseIpv6(text) !== null, isIPv6(text));
    }),
    { numRuns: 5000 },
  );
});

test('IPv6 text is the canonical text of the URL standard', () => {
  fc.assert(
    fc.property(groups, (written) => {
      const text = formatIpv6(written);

      assert.equal(`[${text}]`, new URL(`http://[${written.map((group) => group.toString(16)).join(':')}]/`).hostname);
      assert.deepEqual(parseIpv6(text), written);
    }),
  );
});

test('IPv4 text and number are the same thing', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      assert.equal(canonical(text), text);
    }),
  );
});

test('networks are those of ip-cidr', () => {
  const addresses = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    // Pure hexadecimal text: ip-cidr takes an IPv6 address with a dotted tail for the IPv4 address in that tail.
    fc.tuple(
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
        .filter(([first]) => first !== 0)
        .map((groups) => groups.map((group) => group.toString(16)).join(':')),
      fc.integer({ min: 0, max: 128 }),
    ),
  );

  fc.assert(
    fc.property(addresses, ([address, prefix]) => {
      const network = parseCidr(`${address}/${prefix}`);
      const expected = new IPCIDR(`${address}/${prefix}`);

      assert.equal(network.status, 'ok');
      assert.equal(BigInt(network.range.first), expected.start<bigint>({ type: 'bigInteger' }));
      assert.equal(BigInt(network.range.last), expected.end<bigint>({ type: 'bigInteger' }));
    }),
    { numRuns: 200 },
  );
});
