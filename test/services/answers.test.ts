import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAnswers } from '../../fixtures/lab/answers.ts';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { assertDeclared, assertNothingForbidden } from '../support/declared.ts';
import { builtinCatalogue, probe } from '../support/prober.ts';

/*
 * Every recorded or source-derived answer file is served on a random loopback port and probed:
 * no default port helps, and the verdict must be the one the file states.
 */

const root = fileURLToPath(new URL('../../fixtures/answers/', import.meta.url));
const only = process.env.ANSWERS;
const catalogue = await builtinCatalogue();

for (const service of readdirSync(root).filter((name) => only === undefined || name === only)) {
  for (const name of readdirSync(join(root, service)).filter((file) => file.endsWith('.http'))) {
    test(`${service}/${name}`, async () => {
      const { expect, routes } = parseAnswers(readFileSync(join(root, service, name), 'utf8'), `${service}/${name}`);
      await using server = await startStandIn(routes);

      const endpoint = await probe(server.port);

      const explanation = JSON.stringify(
        { doors: endpoint.auth.doors, evidence: endpoint.evidence, notes: endpoint.notes },
        null,
        1,
      );
      assert.equal(endpoint.service?.id ?? null, expect.service, explanation);
      assert.equal(endpoint.auth.overall, expect.auth, explanation);
      if (expect.version !== undefined) assert.equal(endpoint.service?.version ?? null, expect.version, explanation);
      if (expect.operations)
        assert.deepEqual({ ...endpoint.auth.operations, ...expect.operations }, endpoint.auth.operations, explanation);
      if (expect.conditions) assert.deepEqual(endpoint.conditions, [...expect.conditions].sort(), explanation);
      if (expect.schemes) assert.deepEqual([...endpoint.auth.schemes].sort(), [...expect.schemes].sort(), explanation);
      assert.ok(endpoint.requests <= 25, `${endpoint.requests} requests`);
      assert.equal(server.received.length, endpoint.requests, 'every request is counted');
      assertDeclared(server.received, catalogue);
      assertNothingForbidden(
        server.received,
        catalogue,
        endpoint.service?.confidence === 'high' ? endpoint.service.id : null,
      );
    });
  }
}
