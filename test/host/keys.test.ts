import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gatherRenewals } from '../../src/host/keys/gather-renewal.ts';
import { nodeMachine } from '../../src/system/node-machine.ts';
import { makeCertificate } from '../support/certificates.ts';
import { requireProgram } from '../support/program.ts';
import { digestOf, procOf, type TreeFile } from './support/machine-tree.ts';
import { check, found, gid, LOOPBACK, machine, owner, PASSWD } from './support/tree-check.ts';

/*
 * Keys of a machine: who may read them, what becomes of them, and the one thing that a check may change.
 */

test('keys that configurations name: who may read them, where they lie, whose they are', async (t) => {
  const [one, other, ended] = [makeCertificate(), makeCertificate(), makeCertificate({ expired: true })];
  const site = (name: string, directory: string): string =>
    `server {\n  listen 443 ssl;\n  root /srv/pages;\n  ssl_certificate ${directory}/${name}.crt;\n  ssl_certificate_key ${directory}/${name}.key;\n}\n`;
  const root = machine(t, {
    'etc/nginx/nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }\n',
    'etc/nginx/sites-enabled/open': site('open', '/etc/ssl/ai'),
    'etc/nginx/sites-enabled/wrong': site('wrong', '/etc/ssl/ai'),
    'etc/nginx/sites-enabled/served': site('served', '/srv/pages/tls'),
    'etc/nginx/sites-enabled/old': { link: '/etc/nginx/sites-available/old' },
    'etc/nginx/sites-available/old': site('old', '/etc/ssl/ai'),
    'etc/ssl/ai/open.key': { text: one.key, mode: 0o644 },
    'etc/ssl/ai/open.crt': one.cert,
    'etc/ssl/ai/wrong.key': { text: other.key, mode: 0o600 },
    'etc/ssl/ai/wrong.crt': one.cert,
    'etc/ssl/ai/old.key': { text: ended.key, mode: 0o600 },
    'etc/ssl/ai/old.crt': ended.cert,
    'srv/pages/tls/served.key': { text: one.key, mode: 0o600 },
    'etc/ssl/private/closed.key': { text: one.key, mode: 0o600 },
    'etc/ssl/private/only-certificate.pem': one.cert,
  });
  const before = digestOf(root);

  const { result, code } = await check(root);

  assert.equal(code, 1);
  assert.deepEqual(
    result.host.keyFiles.map(({ path, mode, owner: whose, worldReadable, matchesCertificate }) => [
      path,
      mode,
      whose,
      worldReadable,
      matchesCertificate,
    ]),
    [
      ['/etc/ssl/ai/old.key', '0600', owner, false, true],
      ['/etc/ssl/ai/open.key', '0644', owner, true, true],
      ['/etc/ssl/ai/wrong.key', '0600', owner, false, false],
      ['/etc/ssl/private/closed.key', '0600', owner, false, null],
      ['/srv/pages/tls/served.key', '0600', owner, false, 'unknown'],
    ],
  );
  const files = (rule: string): readonly string[] =>
    result.findings.filter((finding) => finding.rule === rule).map(({ location }) => location.file ?? '');
  assert.deepEqual(files('weak-key-permissions'), ['/etc/ssl/ai/open.key']);
  assert.deepEqual(files('mismatched-key'), ['/etc/ssl/ai/wrong.crt']);
  assert.deepEqual(files('key-in-web-root'), ['/srv/pages/tls/served.key']);
  assert.deepEqual(files('expired'), ['/etc/ssl/ai/old.crt']);
  assert.equal(digestOf(root), before, 'nothing is changed without --fix');
  assert.doesNotMatch(JSON.stringify(result), /PRIVATE KEY/);
  assert.doesNotMatch(JSON.stringify(result.troubles), /includes itself/, 'an empty conf.d is not the file itself');
});

test('people who may read a key through its group or its access list', async (t) => {
  const setfacl = requireProgram(t, 'setfacl');
  if (setfacl === null) return;
  const { key } = makeCertificate();
  const root = machine(t, {
    'etc/passwd': `${PASSWD}\nbob:x:1001:${gid}::/home/bob:/bin/bash\n`,
    'etc/ssl/private/group.key': { text: key, mode: 0o640 },
    'etc/nginx/ssl/list.key': { text: key, mode: 0o600 },
    'etc/nginx/ssl/service.key': { text: key, mode: 0o600 },
  });
  execFileSync(setfacl, ['-m', 'u:1000:r', join(root, 'etc/nginx/ssl/list.key')]);
  execFileSync(setfacl, ['-m', 'u:998:r', join(root, 'etc/nginx/ssl/service.key')]);

  const { result } = await check(root);

  assert.deepEqual(
    result.host.keyFiles.map(({ path, accessList }) => [path.split('/').at(-1), accessList]),
    [
      ['list.key', ['user:alice:r--']],
      ['service.key', ['user:ollama:r--']],
      ['group.key', []],
    ],
  );
  const messages = found(result, 'group-readable-key');
  assert.match(
    messages.join('\n'),
    /list\.key has mode 0640 .*: alice, bob can read it|list\.key has mode 0640 .*: bob, alice can read it/,
  );
  assert.match(messages.join('\n'), /group\.key has mode 0640 .*: bob can read it/);
});

test('directories count: a closed one protects, an open one lets others put another key in', async (t) => {
  const { key } = makeCertificate();
  const root = machine(t, {
    'etc/ssl/private/a.key': { text: key, mode: 0o644 },
    'etc/nginx/ssl/b.key': { text: key, mode: 0o600 },
    'etc/haproxy/certs/.keep': '',
  });
  chmodSync(join(root, 'etc/ssl/private'), 0o700);
  chmodSync(join(root, 'etc/nginx/ssl'), 0o777);

  const { result } = await check(root);

  assert.deepEqual(found(result, 'weak-key-permissions'), []);
  assert.match(
    found(result, 'replaceable-key').join(),
    /^\/etc\/nginx\/ssl\/b\.key .*others may write to \/etc\/nginx\/ssl\.$/,
  );
});

test('a key in a git working tree, unless it is kept out of it', async (t) => {
  const { key } = makeCertificate();
  const unit = (path: string): string => `[Service]\nExecStart=/bin/app\nLoadCredential=tls:${path}\n`;
  const root = machine(t, {
    'etc/systemd/system/app.service': unit('/srv/app/tls.key'),
    'etc/systemd/system/other.service': unit('/srv/other/tls.key'),
    'srv/app/.git/HEAD': 'ref: refs/heads/main\n',
    'srv/app/tls.key': { text: key, mode: 0o600 },
    'srv/other/.git/HEAD': 'ref: refs/heads/main\n',
    'srv/other/.gitignore': '*.key\n',
    'srv/other/tls.key': { text: key, mode: 0o600 },
  });

  const { result } = await check(root);

  assert.deepEqual(
    result.findings.filter(({ rule }) => rule === 'key-in-git-tree').map(({ location }) => location.file),
    ['/srv/app/tls.key'],
  );
});

test('a certificate that certbot keeps and nothing renews', async (t) => {
  const { cert, key } = makeCertificate();
  const files: Record<string, TreeFile> = {
    'etc/letsencrypt/live/ai.test/fullchain.pem': cert,
    'etc/letsencrypt/live/ai.test/privkey.pem': { text: key, mode: 0o600 },
    'run/systemd/system/.keep': '',
    'etc/cron.d/certbot':
      '0 */12 * * * root test -x /usr/bin/certbot -a ! -d /run/systemd/system && certbot -q renew\n',
  };

  const without = await check(machine(t, files));
  const withTimer = await check(machine(t, { ...files, 'etc/systemd/system/timers.target.wants/certbot.timer': '' }));
  const masked = await check(
    machine(t, {
      ...files,
      'etc/systemd/system/timers.target.wants/certbot.timer': '',
      'etc/systemd/system/certbot.timer': { link: '/dev/null' },
    }),
  );
  const withCron = await check(machine(t, { ...files, 'etc/cron.daily/renew': '#!/bin/sh\ncertbot renew -q\n' }));

  assert.equal(found(without.result, 'inactive-renewal').length, 1);
  assert.equal(found(withTimer.result, 'inactive-renewal').length, 0);
  assert.equal(found(masked.result, 'inactive-renewal').length, 1);
  assert.equal(found(withCron.result, 'inactive-renewal').length, 0);
});

test('where systemd tells which timers are active, an enabled one that was stopped renews nothing', async (t) => {
  const root = machine(t, {
    'etc/letsencrypt/live/ai.test/fullchain.pem': 'a certificate',
    'etc/systemd/system/timers.target.wants/certbot.timer': '',
  });
  const scheduledBy = async (timers: string): Promise<string | null | undefined> => {
    const told = { ...nodeMachine(root), tell: async () => ({ status: 'ok', text: timers }) as const };
    return (await gatherRenewals(told, []))[0]?.scheduledBy;
  };

  // Columns as in systemctl(1): NEXT, LEFT, LAST, PASSED, UNIT, ACTIVATES.
  const other =
    'Sun 2026-11-22 00:00:00 UTC 3h left Sat 2026-11-21 00:00:00 UTC 20h ago logrotate.timer logrotate.service\n';
  const own = 'Sun 2026-11-22 06:12:41 UTC 9h left Sat 2026-11-21 18:01:10 UTC 2h ago certbot.timer certbot.service\n';

  assert.equal(await scheduledBy(other + own), 'certbot.timer');
  assert.equal(await scheduledBy(other), null);
});

test('--fix takes access away from everybody after showing it, and from nobody else', async (t) => {
  const { key } = makeCertificate();
  const argv = ['llama-server', '--ssl-key-file', '/srv/tls/used.key'];
  const servers = [
    { pid: 150, argv, uid: 0, holds: [5003] },
    { pid: 200, argv, uid: 998, holds: [5004] },
    { pid: 300, argv: ['/usr/bin/caddy', 'run', '--config', '/etc/caddy/Caddyfile'], uid: 998, holds: [5006] },
  ];
  const sockets = [
    [LOOPBACK, 8079, 5003],
    [LOOPBACK, 8080, 5004],
    [LOOPBACK, 8443, 5006],
  ] as const;
  const files: Record<string, TreeFile> = {
    'etc/caddy/Caddyfile': 'ai.test {\n  tls /srv/tls/caddy.crt /srv/tls/caddy.key\n}\n',
    'srv/tls/caddy.key': { text: key, mode: 0o644 },
    ...procOf(servers, sockets),
    'proc/200/cwd': { link: '/srv/app' },
    'srv/app/.env': { text: 'API_TOKEN=x\n', mode: 0o644 },
    'etc/ssl/private/world.key': { text: key, mode: 0o644 },
    'etc/ssl/private/group.key': { text: key, mode: 0o640 },
    'srv/tls/used.key': { text: key, mode: 0o644 },
  };
  const root = machine(t, files);
  const modes = (): readonly string[] =>
    ['etc/ssl/private/world.key', 'etc/ssl/private/group.key', 'srv/tls/used.key'].map((name) =>
      (statSync(join(root, name)).mode & 0o777).toString(8),
    );
  const before = digestOf(root);

  const shown = await check(root, '--fix', '--dry-run');

  assert.match(shown.err, /^fix: chmod 0640 \/etc\/ssl\/private\/world\.key {2}\(was 0644\)$/m);
  assert.match(
    shown.err,
    /^fix: left alone: \/srv\/tls\/used\.key: ollama reads it as everybody may \(--ssl-key-file\)/m,
  );
  assert.match(
    shown.err,
    /^fix: left alone: \/srv\/app\/\.env: ollama reads it as everybody may \(the service beside it\)/m,
  );
  assert.equal(digestOf(root), before);
  assert.equal(found(shown.result, 'weak-key-permissions').length, 4);

  assert.match(
    shown.err,
    /^fix: left alone: \/srv\/tls\/caddy\.key: ollama reads it as everybody may \(Caddy tls\)/m,
    'its proxy runs as an account of its own',
  );

  const done = await check(root, '--fix');

  assert.deepEqual(modes(), ['640', '640', '644']);
  assert.deepEqual(
    done.result.findings.filter(({ rule }) => rule === 'weak-key-permissions').map(({ location }) => location.file),
    ['/srv/tls/caddy.key', '/srv/tls/used.key', '/srv/app/.env'],
  );
  assert.equal(readFileSync(join(root, 'etc/ssl/private/world.key'), 'utf8'), key);
});
