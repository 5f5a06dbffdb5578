import assert from 'node:assert/strict';
import { BlockList, isIPv4 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/model/trouble.ts';
import { parseExclusion } from '../../src/targets/permission.ts';
import { createScope } from '../../src/targets/scope.ts';
import { EDGES, METADATA } from './edges.ts';

test('no options admit a metadata address, an excluded one, or a public one outside every allowance', () => {
  const near = (addresses: readonly string[]) => fc.constantFrom(...addresses);
  const ipv4 = fc.oneof(fc.ipV4(), near([...METADATA, ...EDGES].filter(isIPv4)));
  const ipv6 = fc.oneof(
    fc.ipV6(),
    near([...METADATA, ...EDGES].filter((text) => !isIPv4(text) && !text.includes('%'))),
  );
  const network = (shortest4: number, shortest6: number) =>
    fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: shortest4, max: 32 })),
      fc.tuple(ipv6, fc.integer({ min: shortest6, max: 128 })),
    );
  const text = ([address, prefix]: readonly [string, number]) => `${address}/${prefix}`;
  const family = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6');

  // One list for each family: the platform's counts an IPv4 address as part of ::/0.
  fc.assert(
    fc.property(
      fc.array(network(16, 64)),
      fc.array(network(0, 0)),
      fc.array(fc.oneof(ipv4, ipv6)),
      (allowed, excluded, addresses) => {
        const mapped = ([address, prefix]: readonly [string, number]) => /^::ffff:.*\./i.test(address) && prefix < 96;
        fc.pre(![...allowed, ...excluded].some(mapped));
        const forbidden = { ipv4: new BlockList(), ipv6: new BlockList() };
        for (const [address, prefix] of excluded)
          forbidden[family(address)].addSubnet(address, prefix, family(address));
        for (const address of METADATA) forbidden[family(address)].addAddress(address, family(address));
        const permitted = { ipv4: new BlockList(), ipv6: new BlockList() };
        for (const [address, prefix] of allowed) permitted[family(address)].addSubnet(address, prefix, family(address));
        for (const local of [
          '10.0.0.0/8',
          '172.16.0.0/12',
          '192.168.0.0/16',
          '127.0.0.0/8',
          '169.254.0.0/16',
          '100.64.0.0/10',
          '::1/128',
          'fc00::/7',
          'fe80::/10',
        ]) {
          const [address = '', prefix] = local.split('/');
          permitted[family(address)].addSubnet(address, Number(prefix), family(address));
        }
        const opens = allowed.filter((entry) => {
          try {
            return createScope({ allowPublic: [text(entry)] });
          } catch (error) {
            assert.ok(error instanceof UsageError);
            return false;
          }
        });

        const scope = createScope({
          allowPublic: opens.map(text),
          exclude: excluded.map((entry) => parseExclusion(text(entry))),
        });

        const candidates = [
          ...addresses,
          ...METADATA,
          ...allowed.map(([address]) => address),
          ...excluded.map(([address]) => address),
        ];
        for (const address of candidates) {
          const admission = scope.admit({ address, port: 80 });
          if (admission.status === 'refused') continue;
          const { address: dialled } = admission.target;
          assert.ok(!forbidden[family(dialled)].check(dialled, family(dialled)), `${dialled} is forbidden`);
          assert.ok(permitted[family(dialled)].check(dialled, family(dialled)), `${dialled} is public`);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
