import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openDeployables } from '../../src/catalogue/builtin.ts';
import { gatherHost } from '../../src/host/gather.ts';
import { nodeMachine } from '../../src/system/node-machine.ts';
import { makeCertificate } from '../support/certificates.ts';
import { requireProgram } from '../support/program.ts';
import { procOf } from './support/machine-tree.ts';
import { check, EVERYWHERE, LOOPBACK, machine, OLLAMA } from './support/tree-check.ts';

/*
 * Machines that change, loop and wait while they are looked at.
 */

test('whatever is gone in the middle of a reading, the rest is read', async (t) => {
  const services = await openDeployables();
  const files = procOf([OLLAMA, { pid: 1, argv: ['systemd'] }], [[EVERYWHERE, 11_434, 5001]]);
  const whole = nodeMachine(
    machine(t, {
      ...files,
      'etc/nginx/nginx.conf': 'http { include conf.d/*.conf; include nginx.conf; }\n',
      'etc/nginx/conf.d/a.conf': { link: '../nginx.conf' },
      'etc/nginx/conf.d/loop.conf': { link: 'loop.conf' },
      'etc/systemd/system/ollama.service': '[Service]\nEnvironmentFile=/etc/ollama/env\n',
      'etc/systemd/system/ollama.service.d/all.conf': { link: '..' },
      'etc/systemd/system/again.service.d': { link: '.' },
      'etc/ollama/env': 'A=b\n',
    }),
  );
  const failed = { status: 'failed', reason: 'does not exist' } as const;

  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(5)), async (stream) => {
      const gone = (): boolean => stream.next().value === 0;
      const { listeners } = await gatherHost(
        {
          ...whole,
          read: async (...args) => (gone() ? failed : whole.read(...args)),
          readBytes: async (...args) => (gone() ? { ...failed, directory: false } : whole.readBytes(...args)),
          names: async (path) => (gone() ? null : whole.names(path)),
          link: async (path) => (gone() ? null : whole.link(path)),
          real: async (path) => (gone() ? null : whole.real(path)),
          status: async (path) => (gone() ? null : whole.status(path)),
        },
        services,
      );
      assert.ok(listeners.every(({ port }) => port === 11_434));
    }),
    { numRuns: 50 },
  );
});

test('a pipe in the place of a file keeps nobody waiting', { timeout: 60_000 }, async (t) => {
  const mkfifo = requireProgram(t, 'mkfifo');
  if (mkfifo === null) return;
  const root = machine(t, {
    ...procOf([OLLAMA], [[LOOPBACK, 11_434, 5001]]),
    'etc/nginx/nginx.conf': 'http { include conf.d/*; server { ssl_certificate a.crt; ssl_certificate_key a.key; } }\n',
    'etc/nginx/conf.d/.keep': '',
    'etc/nginx/a.key': { text: makeCertificate().key, mode: 0o600 },
    'etc/nginx/.git/HEAD': 'ref: refs/heads/main\n',
    'etc/letsencrypt/live/ai.test/README': '',
    'etc/cron.d/.keep': '',
  });
  for (const path of ['etc/nginx/conf.d/x', 'etc/nginx/a.crt', 'etc/nginx/.gitignore', 'etc/cron.d/job'])
    execFileSync(mkfifo, [join(root, path)]);

  const { result } = await check(root);

  assert.equal(result.host.keyFiles.find(({ path }) => path === '/etc/nginx/a.key')?.matchesCertificate, 'unknown');
});
