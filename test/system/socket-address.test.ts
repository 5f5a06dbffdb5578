import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSocketAddress } from '../../src/system/sweep/native/socket-address.ts';

const libc = { pointerTo: () => 0, interfaceIndex: (name: string) => (name === 'eth7' ? 7 : 0) };

describe('socket addresses', () => {
  it('hold an IPv4 address and its port as ip(7) says', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 65_535 }), (text, port) => {
        const address = createSocketAddress(libc);

        const length = address.write(text, port);

        assert.equal(length, 16);
        assert.equal(address.bytes.readUInt16LE(0), 2);
        assert.equal(address.bytes.readUInt16BE(2), port);
        assert.equal(address.bytes.subarray(4, 8).join('.'), text);
      }),
    );
  });

  it('take for IPv4 what node:net takes for it', () => {
    const almost = fc.stringMatching(/^(?:[0-9]{0,4}\.){2,4}[0-9a.:]{0,3}$/);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), almost, fc.string()), (text) => {
        assert.equal(createSocketAddress(libc).write(text, 80) === 16, isIPv4(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('hold every spelling of an IPv6 address as ipv6(7) says', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = createSocketAddress(libc);

        const length = address.write(text, 443);

        const groups = Array.from({ length: 8 }, (_, n) => address.bytes.readUInt16BE(8 + 2 * n).toString(16));
        assert.equal(length, 28);
        assert.equal(address.bytes.readUInt16LE(0), 10);
        // The URL parser is another implementation of RFC 4291.
        assert.equal(new URL(`http://[${groups.join(':')}]/`).hostname, new URL(`http://[${text}]/`).hostname);
      }),
      { examples: [['::'], ['::1'], ['1::'], ['::ffff:192.0.2.1'], ['1:2:3:4:5:6:7::']] },
    );
  });

  it('carry the zone by name or number, and leave none of an earlier address behind', () => {
    const address = createSocketAddress(libc);
    const zone = () => address.bytes.readUInt32LE(24);

    address.write('fe80::1%eth7', 80);
    const named = zone();
    address.write('fe80::1%9', 80);
    const numbered = zone();
    address.write('fd00::1', 80);
    const bare = zone();

    assert.deepEqual([named, numbered, bare], [7, 9, 0]);
  });

  it('refuse what is not there', () => {
    const address = createSocketAddress(libc);

    const refusals = [
      address.write('localhost', 80),
      address.write('127.0.0.1', 65_536),
      address.write('127.0.0.1', 0.5),
      address.write('fe80::1%nowhere', 80),
    ];

    assert.deepEqual(refusals, ['ENOTFOUND', 'ERR_SOCKET_BAD_PORT', 'ERR_SOCKET_BAD_PORT', 'EINVAL']);
  });

  it('tell a place from itself and from others', () => {
    const [one, other] = [createSocketAddress(libc), createSocketAddress(libc)];
    const same = (a: readonly [string, number], b: readonly [string, number]) => {
      one.write(...a);
      other.write(...b);
      return one.equals(other);
    };

    assert(same(['127.0.0.1', 80], ['127.0.0.1', 80]));
    assert(same(['fd00::1', 80], ['fd00:0::1', 80]));
    assert(!same(['127.0.0.1', 80], ['127.0.0.1', 81]));
    assert(!same(['fd00::1', 80], ['fd00::1:1', 80]));
  });
});
