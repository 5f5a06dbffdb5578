import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

test('the job has as many completions as its command has shards', () => {
  const { spec } = parse(read('kubernetes/sweep-job.yaml'));

  const command = spec.template.spec.containers[0].args.join(' ');
  assert.match(command, new RegExp(`--shard job/${spec.completions} `));
  assert.equal(spec.completionMode, 'Indexed');
});

test('the matrix holds every shard once', () => {
  const { jobs } = parse(read('github/sweep.yml'));

  const shards: string[] = jobs.shard.strategy.matrix.shard;
  assert.deepEqual(
    shards,
    shards.map((_, index) => `${index + 1}/${shards.length}`),
  );
});
