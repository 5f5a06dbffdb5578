import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { generatedPages } from '../../bin/docs/pages.ts';
import { aliasesOf, shapeOf } from '../../src/cli/command-shape.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { builtinCatalogue } from '../support/prober.ts';

/*
 * Documentation that is made from data is current; what is written by hand points at things that are there.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string | null =>
  existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : null;
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].sort();
const generated = await generatedPages(await builtinCatalogue(), read);

test('generated pages are current: npm run docs', () => {
  const stale = [...generated].filter(([path, text]) => read(path) !== text).map(([path]) => path);

  assert.deepEqual(stale, []);
});

test('no page is left of a command, format or rule that is gone', () => {
  const strays = pages.filter((path) => /^docs\/(commands|rules)\//.test(path) && !generated.has(path));

  assert.deepEqual(strays, []);
});

test('every link within the repository leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...(read(page) ?? '').matchAll(/\]\((?!https?:|#)([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
      .map((target) => `${page}: ${normalize(target)}`),
  );

  assert.deepEqual(broken, []);
});

test('every page can be reached from the index', () => {
  const seen = new Set<string>();
  const queue = ['docs/README.md'];
  for (let page = queue.pop(); page !== undefined; page = queue.pop()) {
    if (seen.has(page)) continue;
    seen.add(page);
    for (const [, target = ''] of (read(page) ?? '').matchAll(/\]\((?!https?:|#)([^)\s#]+\.md)/g))
      queue.push(normalize(join(dirname(page), target)));
  }

  assert.deepEqual(
    pages.filter((page) => page.startsWith('docs/') && !seen.has(page)),
    [],
  );
});

test('options in the examples of hand-written pages exist', async () => {
  const options = new Map(
    await Promise.all(
      COMMANDS.map(async (entry) => {
        const shape = await shapeOf(entry);
        const names = Object.entries({ ...shape.options, ...GLOBAL_OPTIONS }).flatMap(([name, option]) => [
          `--${name}`,
          `--no-${name}`,
          ...aliasesOf(option).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
        ]);
        return [entry.name, new Set([...names, '--help', '--no-config'])] as const;
      }),
    ),
  );
  const wrong = pages.flatMap((page) =>
    (read(page) ?? '').split('\n').flatMap((line) => {
      const [, command = '', rest = ''] = /^ {4}(?:[$] )?postern ([a-z]+)(.*)$/.exec(line) ?? [];
      const known = options.get(command);
      if (known === undefined) return [];
      const used = rest.replace(/ {3,}.*| # .*/, '').match(/(?<=\s)--?[a-zA-Z][\w-]*/g) ?? [];
      return used.filter((option) => !known.has(option)).map((option) => `${page}: postern ${command} ${option}`);
    }),
  );

  assert.deepEqual(wrong, []);
});

test('every configuration file in the documentation is valid', async () => {
  const examples = pages.flatMap((page) =>
    [...(read(page) ?? '').matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
      text.includes('schema: postern/config/1') ? [{ page, text }] : [],
    ),
  );

  assert.ok(examples.length >= 2);
  for (const { page, text } of examples) await readConfig(page, text);
});

test('fragments of configuration are YAML', () => {
  for (const page of pages)
    for (const [, text = ''] of (read(page) ?? '').matchAll(/```yaml\n([\s\S]*?)```/g))
      assert.doesNotThrow(() => parse(text.replaceAll('…', 'x')), page);
});

test('the way to check a signature that is published works', async () => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(read('docs/notifications.md') ?? '') ?? [];
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const { signed } = await import('../../src/notify/sign.ts');
  const { notificationTarget } = await import('../../src/notify/target.ts');
  const now = new Date('2026-11-21T02:00:00Z');
  const { headers, body } = signed(notificationTarget('http://a/', 'test'), '{"a":"ä"}', 'secret', now);
  const header = headers['postern-signature'];

  assert.equal(isGenuine(header, body, 'secret', now.getTime()), true);
  assert.equal(isGenuine(header, `${body} `, 'secret', now.getTime()), false);
  assert.equal(isGenuine(header, body, 'other', now.getTime()), false);
  assert.equal(isGenuine(header, body, 'secret', now.getTime() + 600_000), false);
});
