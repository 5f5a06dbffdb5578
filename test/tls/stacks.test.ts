import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsVersion } from '../../src/model/tls.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, startServer, temporaryFolder } from '../support/running.ts';
import { inspectPort } from './support/inspect.ts';
import { ecKeys, issue, rsaKeys } from './support/issue.ts';
import { nmap, type Opinion, sslscan } from './support/oracles.ts';
import { STACKS, writer } from './support/stacks.ts';

/*
 * The same suites per version as independent scanners see, on TLS stacks of different descent. Where those are known to
 * be wrong, what the server was set up with stands in for them.
 */

const RSA = issue({ subject: 'box.test', dns: ['box.test'], keys: rsaKeys() });
const EC = issue({ subject: 'box.test', dns: ['box.test'], keys: ecKeys() });
const ORACLES = { sslscan, nmap } as const;

for (const stack of STACKS) {
  test(stack.name, { timeout: 120_000 }, async (t) => {
    const program = requireProgram(t, stack.program);
    if (program === null) return;
    const folder = temporaryFolder(t);
    const port = await freePort();
    await startServer(
      t,
      stack.starter ?? program,
      stack.args({ folder, port, rsa: RSA, ec: EC, file: writer(folder) }),
      [port],
    );

    const endpoint = await inspectPort(port);

    const ours: Opinion = {};
    for (const { version, suites } of endpoint.protocols)
      if (suites.length > 0) ours[version as TlsVersion] = suites.length;
    if (stack.truth) assert.deepEqual(ours, stack.truth);
    for (const name of stack.oracles) {
      const oracle = requireProgram(t, name);
      if (oracle === null) return;
      const theirs = await ORACLES[name](oracle, port);
      // sslscan lists no suites of SSLv2 and SSLv3.
      const comparable = name === 'sslscan' ? { ...ours, SSLv2: undefined, SSLv3: undefined } : { ...ours };
      assert.deepEqual(present(comparable), present(theirs), name);
    }
    assert.equal(endpoint.lacks.filter(({ check }) => check.startsWith('suites')).length, 0);
  });
}

function present(opinion: Opinion): Record<string, number> {
  return Object.fromEntries(Object.entries(opinion).filter(([, count]) => count !== undefined && count > 0));
}
