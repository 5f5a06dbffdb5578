import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareProcess } from '../../../src/config/deployment/collector.ts';
import { mounting, outsideOf } from '../../../src/config/deployment/given-files.ts';
import type { RunningProcess } from '../../../src/config/deployment/running.ts';

/** A container that is declared in a file and mounts something. */
function mounts(file: string, source: string): RunningProcess {
  const span = { file, start: 0, end: 0 };
  const process = { span, mounts: [{ source: { kind: 'explicit', text: source, span, via: [] } }] };
  return { process } as unknown as RunningProcess;
}

for (const [declaredIn, source, file, given] of [
  ['compose.yaml', './conf/', 'conf/nginx.conf', true],
  ['compose.yaml', '.', 'nginx.conf', true],
  ['a/compose.yaml', '..', 'b/nginx.conf', true],
  ['a/compose.yaml', '.', 'b/nginx.conf', false],
  ['a/compose.yaml', './con', 'a/conf', false],
  ['compose.yaml', '.', '../nginx.conf', false],
  ['compose.yaml', 'data', 'data/nginx.conf', false],
] as const)
  test(`${source} in ${declaredIn} ${given ? 'holds' : 'does not hold'} ${file}`, () => {
    assert.equal(mounting([mounts(declaredIn, source)])(file).length, given ? 1 : 0);
  });

for (const [source, target, path, outside] of [
  ['.', '/app', '/app/conf/a.crt', ['conf/a.crt']],
  ['.', '/app/', '/app/conf/a.crt', ['conf/a.crt']],
  ['./certs/', '/tls/', '/tls/a.crt', ['certs/a.crt']],
  ['./a.crt', '/tls/b.crt', '/tls/b.crt', ['a.crt']],
  ['./certs', '/tls', '/tlsb/a.crt', []],
  ['certs', '/tls', '/tls/a.crt', []],
] as const)
  test(`${path} with ${source} as ${target}`, () => {
    const span = { file: 'compose.yaml', start: 0, end: 0 };
    const value = (text: string) => ({ kind: 'explicit', text, span, via: [] }) as const;
    const process = {
      ...bareProcess('a', 'a', span),
      mounts: [{ source: value(source), target: value(target), readOnly: true, span }],
    };

    assert.deepEqual(outsideOf(path, process), outside);
  });
