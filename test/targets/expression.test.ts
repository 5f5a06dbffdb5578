import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/model/trouble.ts';
import { formatAddress } from '../../src/targets/address.ts';
import { parseExpression } from '../../src/targets/expression.ts';
import { anyText } from '../support/any-text.ts';

/** An expression in a few words: what it covers, its ports, its path. */
function gist(text: string): string {
  const expression = parseExpression(text, 'target');
  if (expression.kind === 'url') {
    return `${expression.scheme} ${expression.host} ${expression.point ? 'address' : 'name'} ${expression.port} '${expression.basePath}'`;
  }
  const ports =
    expression.ports?.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join() ?? 'usual';
  if (expression.kind === 'name') return `${expression.name} ${ports}`;
  const { page, first, last } = expression.run;
  return `${formatAddress(page, first)} to ${formatAddress(page, last)} ${ports}`;
}

function complaint(text: string): string {
  try {
    return `accepted: ${gist(text)}`;
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
}

test('every form of a target', () => {
  const table: Record<string, string> = {
    '192.168.1.20': '192.168.1.20 to 192.168.1.20 usual',
    ' 192.168.1.20\t': '192.168.1.20 to 192.168.1.20 usual',
    '192.168.1.20:11434': '192.168.1.20 to 192.168.1.20 11434',
    '192.168.1.20:80,8000-8100': '192.168.1.20 to 192.168.1.20 80,8000-8100',
    'gpu-1.lan': 'gpu-1.lan usual',
    'GPU.LAN.:11434': 'gpu.lan 11434',
    localhost: 'localhost usual',
    my_service: 'my_service usual',
    'münchen.lan': 'xn--mnchen-3ya.lan usual',
    '10.0.0.1-static.example.net': '10.0.0.1-static.example.net usual',
    'fd00::1': 'fd00::1 to fd00::1 usual',
    'fd00::1:8080': 'fd00::1:8080 to fd00::1:8080 usual',
    '[fd00::1]': 'fd00::1 to fd00::1 usual',
    '[fd00::1]:8080': 'fd00::1 to fd00::1 8080',
    'fe80::1%eth0': 'fe80::1%eth0 to fe80::1%eth0 usual',
    '[fe80::1%eth0]:8080': 'fe80::1%eth0 to fe80::1%eth0 8080',
    '::ffff:10.0.0.1': '10.0.0.1 to 10.0.0.1 usual',
    '[::ffff:a00:1]:80': '10.0.0.1 to 10.0.0.1 80',
    '10.0.0.0/8': '10.0.0.0 to 10.255.255.255 usual',
    '192.168.1.7/24': '192.168.1.0 to 192.168.1.255 usual',
    '192.168.1.7/32': '192.168.1.7 to 192.168.1.7 usual',
    '0.0.0.0/0': '0.0.0.0 to 255.255.255.255 usual',
    '192.168.1.0/24:80,443': '192.168.1.0 to 192.168.1.255 80,443',
    '::ffff:10.0.0.0/120': '10.0.0.0 to 10.0.0.255 usual',
    'fd00::1:2345/112': 'fd00::1:0 to fd00::1:ffff usual',
    'fd00::/120:8000': 'fd00:: to fd00::ff 8000',
    '[fd00::/120]:8000': 'fd00:: to fd00::ff 8000',
    '10.0.0.1-50': '10.0.0.1 to 10.0.0.50 usual',
    '10.0.0.9-9': '10.0.0.9 to 10.0.0.9 usual',
    '10.0.0.1-10.0.1.5:8080': '10.0.0.1 to 10.0.1.5 8080',
    'https://ai.lan/ollama': "https ai.lan name 443 '/ollama'",
    'http://ai.lan': "http ai.lan name 80 ''",
    'HTTP://AI.LAN:3000/': "http ai.lan name 3000 ''",
    'https://10.0.0.5:8443/a/b//': "https 10.0.0.5 address 8443 '/a/b'",
    'http://[fd00::1]:8080/v1': "http fd00::1 address 8080 '/v1'",
    'http://[fe80::1%25eth0]/': "http fe80::1%eth0 address 80 ''",
    'http://[::ffff:10.0.0.1]/': "http 10.0.0.1 address 80 ''",
    'http://ai.lan/a/../b/./c': "http ai.lan name 80 '/b/c'",
    'http://ai.lan/%2e%2e/x': "http ai.lan name 80 '/x'",
    'http://ai.lan//evil.example/x': "http ai.lan name 80 '/evil.example/x'",
    'http://ai.lan/größe': "http ai.lan name 80 '/gr%C3%B6%C3%9Fe'",
  };

  const read = Object.fromEntries(Object.keys(table).map((text) => [text, gist(text)]));

  assert.deepEqual(read, table);
});

test('odd spellings of IPv4 are refused with the spelling that is expected', () => {
  for (const text of [
    '010.0.0.1',
    '127.1',
    '0x7f.1',
    '0X7F000001',
    '2130706433',
    '10.0.0.256',
    '1.2.3.4.5',
    '10.0.0',
    '1',
    '１２７.1',
    'host.0x',
  ]) {
    assert.match(complaint(text), /expected an IPv4 address of four decimal numbers from 0 to 255/, text);
    assert.match(complaint(`http://${text}/`), /expected an IPv4 address of four decimal numbers from 0 to 255/, text);
  }
});

test('a refusal says where, what and what was expected, in one line', () => {
  const table: Record<string, RegExp> = {
    '': /^targets\.txt:7: '' is not a target: expected one target: an address, a host name/,
    'a b': /'a b' is not a target: expected one target/,
    'a\u001b[31mb\n': /'a\\u\{1b\}\[31mb' is not a target/,
    'a,b': /expected an address, a host name/,
    '-x.lan': /expected an address, a host name/,
    '*.lan': /expected an address, a host name/,
    '10.0.0.0/33': /expected a prefix length from \/0 to \/32/,
    '10.0.0.0/08': /expected a prefix length/,
    '10.0.0/24': /expected an IPv4 or IPv6 address before the slash/,
    'fd00::/129': /expected a prefix length from \/0 to \/128/,
    'fd00::/64': /expected an IPv6 network of \/112 or longer \(65,536 addresses\)/,
    '::/0': /expected an IPv6 network of \/112 or longer/,
    '::ffff:10.0.0.0/90': /expected a prefix length from \/96 to \/128/,
    'ai.lan/ollama': /expected a CIDR such as 192\.168\.1\.0\/24, or a URL that starts with http/,
    'ftp://ai.lan/': /expected a URL that starts with http/,
    'http:///x': /expected an address, a host name/,
    'http://ai.lan:0/': /expected one port from 1 to 65535/,
    'http://ai.lan:/': /expected one port from 1 to 65535/,
    'http://ai.lan:80,81/': /expected one port from 1 to 65535/,
    'http://ai.lan/?q=1': /expected a base URL without query and fragment/,
    'http://ai.lan/#x': /expected a base URL without query and fragment/,
    'http://ai.lan\\@evil.example/': /expected a URL without backslashes/,
    'http://fd00::1/': /expected one port|expected brackets/,
    '10.0.0.50-1': /expected a range that ends at or after its first address/,
    '10.0.0.1-300': /expected a range of IPv4 addresses/,
    '10.0.0.1-fd00': /expected a range of IPv4 addresses/,
    '10.0.0.0-10.0.0.256': /expected a range of IPv4 addresses/,
    '10.0.0.1:0': /expected ports from 1 to 65535 behind the colon/,
    '10.0.0.1:': /expected ports from 1 to 65535 behind the colon/,
    '10.0.0.1:@llm': /expected ports from 1 to 65535 behind the colon/,
    '10.0.0.0/24:65536': /expected ports from 1 to 65535 behind the colon/,
    'fd00:0:0:0:0:0:0:1:8080': /expected brackets around an IPv6 address with a port: \[fd00:0:0:0:0:0:0:1\]:8080/,
    'fd00::1%eth0': /expected a zone only behind a link-local address/,
    '[10.0.0.1]:80': /expected an IPv6 address between the brackets/,
    '[fd00::1': /expected an IPv6 address/,
    [`${'a'.repeat(64)}.lan`]: /expected an address, a host name/,
    ['x.'.repeat(2000)]: /expected at most 2048 characters/,
  };

  for (const [text, expected] of Object.entries(table)) {
    assert.throws(
      () => parseExpression(text, 'targets.txt:7'),
      (error: Error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^targets\.txt:7: .* expected /);
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
      text,
    );
  }
});

test('a password in a URL is refused and not repeated', () => {
  const message = complaint('https://ann:hunter2@ai.lan/');

  assert.match(message, /expected a URL without user name and password/);
  assert.doesNotMatch(message, /hunter2/);
});

test('any text is a target or a usage error', () => {
  const fragments = fc.constantFrom(
    ...[
      '10.0.0.1',
      '10.0.0',
      '/',
      '/24',
      '-',
      ':',
      '80',
      '[',
      ']',
      'fd00::',
      '::',
      '%',
      'eth0',
      'http://',
      'https://',
      'ai.lan',
      '@',
      '?',
      '#',
      '\\',
      '..',
      '%2e',
      '\u0000',
      '\ud800',
      'ü',
      ' ',
    ],
  );
  const texts = fc.oneof(
    anyText(60),
    fc.array(fragments, { maxLength: 8 }).map((parts) => parts.join('')),
  );

  fc.assert(
    fc.property(texts, (text) => {
      complaint(text);
    }),
    { numRuns: 5000 },
  );
});

test('networks hold what an independent calculation says they hold', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
      const expression = parseExpression(`${address}/${prefix}`, 'target');

      const value = address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
      const hosts = 2n ** BigInt(32 - prefix);
      const first = value - (value % hosts);
      assert.ok(expression.kind === 'addresses');
      assert.deepEqual([BigInt(expression.run.first), BigInt(expression.run.last)], [first, first + hosts - 1n]);
    }),
  );
});

test('an address with ports survives being written and read', () => {
  const port = fc.integer({ min: 1, max: 65535 });

  fc.assert(
    fc.property(fc.ipV4(), port, (address, n) =>
      assert.equal(gist(`${address}:${n}`), `${address} to ${address} ${n}`),
    ),
  );
  fc.assert(
    fc.property(fc.ipV6(), port, (address, n) => {
      assert.equal(gist(`[${address}]:${n}`), `${gist(address).replace(' usual', '')} ${n}`);
    }),
  );
});

test('base paths are absolute, have no trailing slash and cannot be taken for a host', () => {
  const path = fc.array(fc.constantFrom('/', '//', '.', '..', 'a', '%2f', '%2e', '@', ':', ';', 'ü', '"'), {
    maxLength: 10,
  });

  fc.assert(
    fc.property(path, (parts) => {
      const expression = parseExpression(`http://ai.lan/${parts.join('')}`, 'target');

      assert.ok(expression.kind === 'url');
      assert.match(expression.basePath, /^(?:\/[^/\s?#\\][^\s?#\\]*)?$/);
      assert.doesNotMatch(expression.basePath, /\/$/);
      assert.doesNotMatch(expression.basePath, /(^|\/)\.\.?(\/|$)/);
      assert.equal(new URL(`${expression.basePath}/api`, 'http://ai.lan').host, 'ai.lan');
    }),
  );
});
