import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/model/trouble.ts';
import { formatAddress } from '../../src/targets/address.ts';
import type { TargetExpression } from '../../src/targets/expression.ts';
import { parseList } from '../../src/targets/lists.ts';
import { anyText } from '../support/any-text.ts';

/*
 * captures/: nmap 7.93 and masscan 1.3.2 against servers on loopback or at the other end of a veth pair.
 * What naabu and httpx write is taken from their source: naabu pkg/runner/output.go, httpx runner/types.go.
 */
const capture = (name: string) => readFileSync(new URL(`captures/${name}`, import.meta.url), 'utf8');

function gist(expression: TargetExpression): string {
  if (expression.kind === 'url')
    return `${expression.scheme}://${expression.host}:${expression.port}${expression.basePath}`;
  const ports =
    expression.ports?.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join() ?? 'usual';
  if (expression.kind === 'name') {
    const pinned = expression.pinned && formatAddress(expression.pinned.page, expression.pinned.offset);
    return `${expression.name}${pinned ? ` at ${pinned}` : ''} ${ports}`;
  }
  const { page, first, last } = expression.run;
  return `${formatAddress(page, first)}${first === last ? '' : `-${formatAddress(page, last)}`} ${ports}`;
}

const read = (text: string) => parseList(text, 'list').map(gist);

test('plain lines with comments, in any line ending', () => {
  const text =
    '\uFEFF# our boxes\r\n\r\n  gpu.lan:11434  # the big one\n10.0.0.0/24\r[fd00::1]:80\nhttps://ai.lan/ollama\n';

  const found = read(text);

  assert.deepEqual(found, ['gpu.lan 11434', '10.0.0.0-10.0.0.255 usual', 'fd00::1 80', 'https://ai.lan:443/ollama']);
});

test('a wrong line is named by its number', () => {
  assert.throws(() => parseList('gpu.lan\n\n010.0.0.1\n', 'boxes.txt'), {
    name: 'UsageError',
    message:
      "boxes.txt:3: '010.0.0.1' is not a target: expected an IPv4 address of four decimal numbers from 0 to 255 without leading zeros, such as 127.0.0.1",
  });
  assert.throws(() => parseList('gpu.lan nas.lan', 'boxes.txt'), {
    name: 'UsageError',
    message: /boxes\.txt:1: .*one target a line/,
  });
});

test('an expression knows the line it came from', () => {
  const [, second] = parseList('# first\ngpu.lan\nnas.lan', 'boxes.txt');

  assert.equal(second?.where, 'boxes.txt:3');
});

test('nmap XML gives the open TCP ports, under the name nmap was given', () => {
  assert.deepEqual(read(capture('nmap.xml')), ['localhost at 127.0.0.1 18080']);
  assert.deepEqual(read(capture('nmap-ipv6.xml')), ['::1 18081']);
  assert.deepEqual(read(capture('nmap-versions.xml')), ['127.0.0.1 18080']);
});

test('the XML of a ping scan gives hosts', () => {
  assert.deepEqual(read(capture('nmap-ping.xml')), ['127.0.0.1 usual']);
});

test('in nmap XML, only open TCP ports of the host itself count', () => {
  const text = `<?xml version="1.0"?>
    <nmaprun><hosthint><status state="up"/><address addr="10.0.0.9" addrtype="ipv4"/></hosthint>
    <host><status state="up"/><address addr="AA:BB:CC:DD:EE:FF" addrtype="mac"/><address addr="10.0.0.1" addrtype="ipv4"/>
      <hostnames><hostname name="reverse.lan" type="PTR"/></hostnames>
      <ports><extraports state="closed" count="997"/>
        <port protocol="tcp" portid="1"><state state="open"/><script id="x"><table><elem key="state">open</elem></table></script></port>
        <port protocol="tcp" portid="2"><state state="open|filtered"/></port>
        <port protocol="tcp" portid="3"><state state="filtered"/></port>
        <port protocol="udp" portid="4"><state state="open"/></port>
        <port protocol="sctp" portid="5"><state state="open"/></port>
        <port protocol="tcp" portid="6"><state state="open"/></port></ports>
      <trace><hop ipaddr="10.0.0.254"/></trace></host>
    <host><status state="down"/><address addr="10.0.0.2" addrtype="ipv4"/></host>
    <host><status state="up"/><address addr="10.0.0.3" addrtype="ipv4"/><ports/></host></nmaprun>`;

  assert.deepEqual(read(text), ['10.0.0.1 1', '10.0.0.1 6']);
});

test('hostile XML is a usage error with line and column', () => {
  const billion = `<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<nmaprun args="&b;"/>`;
  const external = `<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<nmaprun>&x;</nmaprun>`;
  const table: Record<string, RegExp> = {
    [billion]: /^scan\.xml:2:[0-9]+: not valid XML: .*undefined entity/,
    [external]: /^scan\.xml:2:[0-9]+: not valid XML: .*undefined entity/,
    '<nmaprun><host>': /^scan\.xml:1:[0-9]+: not valid XML: unclosed tag: host/,
    '<nmaprun></host>': /^scan\.xml:1:[0-9]+: not valid XML/,
    '<html/>': /^scan\.xml:1:[0-9]+: expected the XML output of nmap or masscan/,
    '<': /^scan\.xml:1:[0-9]+: not valid XML/,
    '<!-- nothing -->': /^scan\.xml:1:[0-9]+: not valid XML/,
    '<nmaprun><host><status state="up"/><ports><port protocol="tcp" portid="1"><state state="open"/></port></ports></host></nmaprun>':
      /^scan\.xml:1:[0-9]+: 'null' is not an address/,
    '<nmaprun>\n<host><address addr="::1"/><ports><port protocol="tcp" portid="0"><state state="open"/></port></ports></host></nmaprun>':
      /^scan\.xml:2:[0-9]+: '0' is not a port/,
  };

  for (const [text, message] of Object.entries(table)) {
    assert.throws(() => parseList(text, 'scan.xml'), { name: 'UsageError', message }, text);
  }
});

test('an internal document type adds nothing when nobody uses it', () => {
  const text =
    '<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "http://192.0.2.1/x"><!ATTLIST address addr CDATA "192.0.2.1">]><nmaprun/>';

  assert.deepEqual(read(text), []);
});

test('deep XML is read without running out of stack', () => {
  const depth = 100_000;

  assert.deepEqual(read(`<nmaprun>${'<x>'.repeat(depth)}${'</x>'.repeat(depth)}</nmaprun>`), []);
});

test('every output of masscan says the same', () => {
  const outputs = ['masscan-json.txt', 'masscan-list.txt', 'masscan.ndjson', 'masscan.xml', 'masscan-grepable.txt'];

  for (const name of outputs) assert.deepEqual(read(capture(name)).sort(), ['10.9.0.2 11434', '10.9.0.2 8000'], name);
});

test('masscan JSON is read when it was interrupted, written by an old version, or laid out anew', () => {
  const whole = capture('masscan-json.txt');
  const interrupted = whole.slice(0, whole.lastIndexOf(']'));
  const old = `[\n{ "ip": "10.0.0.1", "ports": [ {"port": 80, "proto": "tcp", "status": "open"} ] },\n{finished: 1}\n]\n`;

  assert.deepEqual(read(interrupted), read(whole));
  assert.deepEqual(read(old), ['10.0.0.1 80']);
  assert.deepEqual(read(JSON.stringify(JSON.parse(whole), null, 2)), read(whole));
  assert.deepEqual(read('[\n]\n'), []);
});

test('masscan records of banners, closed ports and other protocols', () => {
  const list = [
    'banner tcp 80 10.0.0.1 1795253917 http.server nginx open tcp 1 10.0.0.9 5',
    'closed tcp 81 10.0.0.1 1795253917',
    'open udp 53 10.0.0.1 1795253917',
  ].join('\n');
  const json = JSON.stringify([
    { ip: '10.0.0.2', ports: [{ port: 80, proto: 'tcp', service: { name: 'http', banner: 'x' } }] },
    { ip: '10.0.0.2', ports: [{ port: 81, proto: 'tcp', status: 'closed' }] },
    { ip: '10.0.0.2', ports: [{ port: 53, proto: 'udp', status: 'open' }] },
  ]);

  assert.deepEqual(read(list), ['10.0.0.1 80']);
  assert.deepEqual(read(json), ['10.0.0.2 80']);
});

test('grepable nmap output gives open TCP ports, and normal output a hint', () => {
  assert.deepEqual(read(capture('nmap-grepable.txt')), ['10.9.0.2 8000', '10.9.0.2 11434']);
  assert.deepEqual(read(capture('nmap-ipv6-grepable.txt')), ['::1 18081']);
  assert.deepEqual(
    read(
      'Host: 10.0.0.1 (gpu.lan)\tPorts: 53/open/udp//domain///, 80/open/tcp//http//nginx 1.2, x/\tIgnored State: closed (9)',
    ),
    ['10.0.0.1 80'],
  );
  assert.throws(() => read(capture('nmap-normal.txt').replace(/^fd09.*\n/m, '')), {
    name: 'UsageError',
    message: /^list:2: .*expected its XML \(-oX\) or grepable \(-oG\) output/,
  });
});

test('naabu lines and records', () => {
  const text = [
    'gpu.lan:11434',
    '10.0.0.5:8080 [http nginx/1.25] [cloudflare]',
    '{"ip":"104.16.99.52","port":443}',
    '{"host":"gpu.lan","ip":"10.0.0.20","timestamp":"2026-05-12T10:00:00Z","port":8000,"protocol":"tcp","tls":false}',
    '{"ip":"fd00::1","timestamp":"2026-05-12T10:00:00Z","port":8080,"protocol":"tcp","tls":true}',
    '{"ip":"10.0.0.6","timestamp":"2026-05-12T10:00:00Z","port":53,"protocol":"udp","tls":false}',
    '{"ip":"10.0.0.7","timestamp":"2026-05-12T10:00:00Z","port":0,"protocol":"","tls":false}',
  ].join('\n');

  assert.deepEqual(read(text), [
    'gpu.lan 11434',
    '10.0.0.5 8080',
    '104.16.99.52 443',
    'gpu.lan at 10.0.0.20 8000',
    'fd00::1 8080',
    '10.0.0.7 usual',
  ]);
});

test('httpx lines and records', () => {
  const text = [
    'http://10.0.0.5:3000',
    'https://ai.lan/ollama [200] [Open WebUI] [nginx,Node.js]',
    '\u001b[0mhttp://10.0.0.6:8080\u001b[0m [\u001b[32m200\u001b[0m]',
    '{"timestamp":"2026-02-21T10:00:00Z","port":"8443","url":"https://ai.lan:8443/v1?key=x#y","input":"ai.lan:8443","scheme":"https","host":"ai.lan","host_ip":"10.0.0.7","path":"/v1","status_code":200,"failed":false}',
    '{"url":"http://dead.lan","input":"dead.lan","failed":true}',
  ].join('\n');

  assert.deepEqual(read(text), [
    'http://10.0.0.5:3000',
    'https://ai.lan:443/ollama',
    'http://10.0.0.6:8080',
    'https://ai.lan:8443/v1',
  ]);
});

test('records that are none of these are named, with their line', () => {
  const table: Record<string, RegExp> = {
    'gpu.lan\n{"ip": nope}':
      /^list:2: '\{"ip": nope\}' is not valid JSON: expected one record of masscan, naabu or httpx/,
    '{"ip":"10.0.0.1"': /^list:1: .* is not valid JSON/,
    '{"name":"x"}': /^list:1: a record with 'name' is not known: expected the JSON output of masscan, naabu or httpx/,
    '{"ip":"10.0.0.999","port":80}': /^list:1: '10\.0\.0\.999' is not an address/,
    '{"ip":"10.0.0.1","port":"80-90"}': /^list:1: '80-90' is not a port/,
    '{"ip":"10.0.0.1","port":70000}': /^list:1: '70000' is not a port/,
    '{"ip":["10.0.0.1"],"port":80}': /^list:1: '10\.0\.0\.1' is not an address/,
    '{"url":"ftp://x"}': /^list:1: 'ftp:\/\/x' is not a target/,
    '[{"ip":"10.0.0.1","ports":[null]}]': /^list: record 1: 'object' is not known/,
    '[\n{"ip":"10.0.0.1"\n': /^list:2: .* is not valid JSON/,
  };

  for (const [text, message] of Object.entries(table)) {
    assert.throws(() => read(text), { name: 'UsageError', message }, text);
  }
});

test('deep JSON is a usage error', () => {
  assert.throws(() => read(`[{"ports":${'['.repeat(200_000)}`), UsageError);
  assert.throws(() => read(`{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), UsageError);
});

test('any text is a list or a usage error', () => {
  const fragments = fc.constantFrom(
    ...[
      '\n',
      '\r\n',
      ' ',
      '\t',
      '#',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"ip":',
      '"port":',
      '"ports":',
      '"url":',
      '"10.0.0.1"',
      '80',
      '"tcp"',
    ],
    ...[
      '<',
      '>',
      '/>',
      '<nmaprun>',
      '<host>',
      '</host>',
      '<address addr="10.0.0.1"/>',
      '<!DOCTYPE',
      '<![CDATA[',
      '&',
      ';',
      '&#0;',
      '\u0000',
    ],
    ...['open tcp 80 10.0.0.1 1', 'Host: 10.0.0.1 ()\tPorts: 80/open/tcp', '10.0.0.1', '\ud800', 'null'],
  );
  const texts = fc.oneof(
    anyText(200),
    fc.array(fragments, { maxLength: 20 }).map((parts) => parts.join('')),
    fc.json().map((json) => `${json}`),
    fc.array(fragments, { maxLength: 20 }).map((parts) => `<nmaprun>${parts.join('')}</nmaprun>`),
  );

  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseList(text, 'list');
      } catch (error) {
        assert.ok(error instanceof UsageError, String((error as Error).stack));
        assert.match(error.message, /^list:.*expected|^list:.*not valid XML/s);
        assert.doesNotMatch(error.message, /\p{Cc}/u);
      }
    }),
    { numRuns: 3000 },
  );
});
