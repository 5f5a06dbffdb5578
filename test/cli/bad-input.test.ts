import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Network } from '../../src/system/ports.ts';
import { postern } from '../support/command.ts';

/*
 * Bad input gets one clear line (what, where, what was expected) and exit 2, before anything is dialled.
 */

const directory = mkdtempSync(join(tmpdir(), 'postern-bad-'));
after(() => rmSync(directory, { recursive: true }));

const at = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

/** Fails the test when anything is dialled; names may be looked up. */
const offline: Network = {
  sweepEngine: async () => ({
    name: 'none',
    sweep: async () => assert.fail('something was dialled'),
  }),
  resolve: async () => [],
  open: async () => assert.fail('something was dialled'),
};

const list = at('targets.txt', '# comment\n127.0.0.1\n10.0.0.300\n');
const notAResult = at('run.json', '{"schema":"something else"}');
const finished = at('finished.json', '{"schema":"postern/result/1","endpoints":[]}');
at('rule.yaml', 'id: rule\nsubject: endpoint\n');

const CASES: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no command', [], /a command is needed/],
  ['an unknown command', ['scna'], /scna: no such command; did you mean 'scan'\?/],
  ['an unknown flag', ['scan', '127.0.0.1', '--prots', '80'], /unknown option --prots; did you mean '--ports'\?/],
  [
    'an option without its value',
    ['tls', '127.0.0.1', '--cert'],
    /--cert: expected a value \(see postern tls --help\)/,
  ],
  ['a letter without its value', ['scan', '127.0.0.1', '-p'], /-p: expected a value \(see postern scan --help\)/],
  ['no targets', ['scan'], /no targets: expected hosts, CIDRs or URLs/],
  ['an empty list', ['scan', '-f', at('empty.txt', '# nothing\n')], /no targets|empty/],
  ['a bad CIDR', ['scan', '10.0.0.0/33'], /target: '10\.0\.0\.0\/33'.*expected/],
  ['a CIDR with letters', ['scan', '10.0.0.x/24'], /10\.0\.0\.x\/24/],
  ['an octal address', ['scan', '010.0.0.1'], /010\.0\.0\.1.*expected/],
  ['a public address', ['scan', '8.8.8.8'], /8\.8\.8\.8.*public.*--allow-public/],
  ['a public range', ['scan', '8.8.8.0/24'], /8\.8\.8\.0\/24.*--allow-public/],
  [
    'a public range that is too wide',
    ['scan', '8.0.0.1', '--allow-public', '8.0.0.0/8'],
    /--allow-public: '8\.0\.0\.0\/8'.*\/16/,
  ],
  ['a metadata address', ['scan', '169.254.169.254'], /169\.254\.169\.254.*metadata/],
  ['an IPv6 subnet', ['scan', 'fd00::/64'], /fd00::\/64.*(\/112|65,536|wide)/],
  ['a bad exclusion', ['scan', '10.0.0.0/24', '--exclude', '10.0.0.0/99'], /--exclude/],
  ['a bad line in a file', ['scan', '-f', list], /targets\.txt:3/],
  ['a missing file', ['scan', '-f', join(directory, 'none.txt')], /none\.txt: does not exist/],
  ['a history that is nowhere', ['history', '--state', join(directory, 'none')], /--state: .*none: no such directory/],
  ['a directory as a file', ['scan', '-f', directory], /is a directory/],
  ['a port out of range', ['scan', '127.0.0.1', '-p', '70000'], /--ports: '70000'.*1 to 65535/],
  ['an unknown group of ports', ['scan', '127.0.0.1', '-p', '@nope'], /--ports: '@nope'.*@all/],
  ['a number that is none', ['scan', '127.0.0.1', '--rate', 'fast'], /--rate fast: expected a whole number/],
  ['an option given twice', ['scan', '127.0.0.1', '--rate', '1', '--rate', '2'], /--rate was given 2 times/],
  ['a duration without sense', ['scan', '127.0.0.1', '--timeout', '2h'], /--timeout 2h: expected a duration/],
  ['a header without a colon', ['scan', '127.0.0.1', '-H', 'nonsense'], /--header: expected 'Name: value'/],
  ['a header with a line break', ['scan', '127.0.0.1', '-H', 'A: b\r\nC: d'], /--header: expected 'Name: value'/],
  ['a header in other letters', ['scan', '127.0.0.1', '-H', 'A: \u4f60'], /--header: expected 'Name: value'/],
  ['a name with a line break', ['scan', '127.0.0.1', '--user-agent', 'a\nB: c'], /--user-agent: expected one line/],
  ['a name in other letters', ['check', '--user-agent', '\u4f60'], /--user-agent: expected one line of Latin letters/],
  ['an unknown format', ['scan', '127.0.0.1', '--format', 'xml'], /--format xml: expected one of table, json, jsonl/],
  ['an output without a file', ['scan', '127.0.0.1', '--output', 'json'], /--output json: expected FORMAT=FILE/],
  [
    'an output into nowhere',
    ['scan', '127.0.0.1', '--output', 'json=/nowhere/at/all.json'],
    /directory \/nowhere\/at does not exist/,
  ],
  ['an unknown severity', ['scan', '127.0.0.1', '--fail-on', 'awful'], /--fail-on awful: expected one of info, low/],
  ['a host name that is none', ['scan', '127.0.0.1', '--sni', 'a b'], /--sni a b: expected a host name/],
  [
    'a base path without a slash',
    ['scan', '127.0.0.1', '--base-path', 'ollama'],
    /--base-path ollama: expected a path/,
  ],
  ['a broken rule file', ['scan', '127.0.0.1', '--rules', directory], /rule\.yaml:1:1: .*is missing/],
  [
    'a rules directory that is not there',
    ['scan', '127.0.0.1', '--rules', '/nowhere'],
    /--rules \/nowhere: not a readable directory/,
  ],
  ['a resume file that is no result', ['scan', '--resume', notAResult], /not a postern result/],
  ['a resume file of a finished scan', ['scan', '--resume', finished], /was not interrupted/],
  ['a resume file with targets beside it', ['scan', '127.0.0.1', '--resume', finished], /leave out the targets/],
  ['an unknown rule to explain', ['explain', 'no-such-rule'], /no-such-rule: no rule or service has this id/],
  ['an unknown action', ['rules', 'burn'], /rules burn: expected one of list, show, validate, requests/],
  [
    'ports of a check that asks nothing',
    ['check', '--no-config', '--no-probe', '--ports', '80'],
    /--ports: of no use with --no-probe/,
  ],
  ['requests of an unknown service', ['rules', 'requests', 'nobody'], /rules requests nobody: no service has this id/],
];

for (const [name, args, expected] of CASES) {
  test(`${name}: one line and exit 2`, async () => {
    const { code, out, err } = await postern(args, { network: async () => offline });

    assert.equal(code, 2, `${out}${err}`);
    assert.equal(out, '');
    assert.match(err, expected);
    assert.match(err, /^postern: [^\n]+\n$/, 'one line');
  });
}

test('a fault of ours never looks like a finding', async () => {
  const { code, err } = await postern(['scan', '127.0.0.1'], {
    network: async () => {
      throw new Error('boom');
    },
  });

  assert.equal(code, 4);
  assert.match(err, /internal error: Error: boom/);
});

test('a target that never answers is exit 3, not clean', async () => {
  const silent: Network = {
    ...offline,
    sweepEngine: async () => ({
      name: 'silent',
      async sweep(source, _limits, observer) {
        for (let probe = source.next(); !probe.done; probe = source.next())
          observer.settled(probe.value, 'filtered', null);
      },
    }),
  };

  const { code } = await postern(['scan', '127.0.0.1', '-p', '1-20'], { network: async () => silent });

  assert.equal(code, 3);
});

test('a path to lint that is not there: one line and exit 2', async () => {
  const { code, out, err } = await postern(['lint', 'compose.yaml', 'not-there/compose.yaml']);

  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(err, /^postern: (not-there\/)?compose\.yaml: expected a file or directory that is there\n$/);
});

test('what only files know is listed and shown too, and an id that nobody has is not', async () => {
  const listed = await postern(['rules', 'list', '--json']);
  const shown = await postern(['rules', 'show', 'elasticsearch']);
  const stranger = await postern(['rules', 'show', 'elasticsearsh']);

  const { services, fileServices } = JSON.parse(listed.out);
  assert.ok(services.some(({ id }: { id: string }) => id === 'ollama'));
  assert.ok(fileServices.some(({ id }: { id: string }) => id === 'elasticsearch'));
  assert.ok(!fileServices.some(({ id }: { id: string }) => id === 'ollama'));
  assert.match(shown.out, /port 9200[\s\S]*opened by [^\n]*xpack\.security\.enabled=false/);
  assert.equal(stranger.code, 2);
  assert.match(stranger.err, /did you mean elasticsearch\?/);
});
