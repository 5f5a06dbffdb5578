// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of scripts
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiesIn } from '../../../src/config/deployment/copies.ts';
import type { FileReference } from '../../../src/config/deployment/declarations.ts';

function copy(file: string, from: string, to: string, kind: 'explicit' | 'unresolved' = 'explicit'): FileReference {
  const span = { file, start: 0, end: 0 };
  const value = (text: string) =>
    kind === 'explicit' ? { kind, text, span, via: [] } : { kind, text, span, via: [], why: 'is set elsewhere' };
  return { path: value(from), role: 'copy-of', target: value(to), optional: false, span };
}

const own = ['.env.example', '.env'] as const;
const CASES: readonly (readonly [FileReference, there: readonly string[], copied: string | null])[] = [
  [copy('setup.sh', ...own), ['.env.example'], '.env.example → .env'],
  [copy('scripts/setup.sh', ...own), ['.env.example'], '.env.example → .env'],
  [copy('a/scripts/bin/setup.sh', ...own), ['a/.env.example', '.env.example'], 'a/.env.example → a/.env'],
  [copy('scripts/setup.sh', ...own), ['.env.example', 'scripts/.env.example'], 'scripts/.env.example → scripts/.env'],
  // Other folders are projects of their own.
  [copy('chat/setup.sh', ...own), ['.env.example'], 'chat/.env.example → chat/.env'],
  [
    copy('.devcontainer/devcontainer.json', ...own),
    ['.env.example'],
    '.devcontainer/.env.example → .devcontainer/.env',
  ],
  [copy('scripts/setup.sh', ...own), [], 'scripts/.env.example → scripts/.env'],
  [copy('scripts/setup.sh', '../.env.example', '../.env'), ['.env.example'], '.env.example → .env'],
  [copy('scripts/a.ps1', '..\\.env.example', '..\\.env'), ['.env.example'], '.env.example → .env'],
  [copy('scripts/a.sh', '$ROOT/.env.example', '${ROOT}/.env', 'unresolved'), ['.env.example'], '.env.example → .env'],
  [
    copy('bin/a.sh', '$(cd "$(dirname "$0")" && pwd)/../a.env', '$(cd "$(dirname "$0")" && pwd)/../.env', 'unresolved'),
    ['a.env'],
    'a.env → .env',
  ],
  [copy('a/b.bat', '%~dp0.env.example', '%~dp0.env'), ['a/.env.example'], 'a/.env.example → a/.env'],
  [copy('a/b.ps1', '$PSScriptRoot\\a.env', '$PSScriptRoot\\.env', 'unresolved'), ['a/a.env'], 'a/a.env → a/.env'],
  [copy('setup.sh', '$FROM/.env.example', '$TO/.env', 'unresolved'), ['.env.example'], null],
  [copy('setup.sh', '.env.$STAGE', '.env', 'unresolved'), ['.env.$STAGE'], null],
  [copy('setup.sh', '/etc/.env.example', '.env'), ['.env.example'], null],
];

for (const [reference, there, copied] of CASES)
  test(`${reference.span.file}: ${reference.path.text} to ${reference.target?.text}, where ${there.join(', ') || 'nothing'} is`, () => {
    const [found] = copiesIn([reference], (path) => there.includes(path));

    assert.equal(found ? `${found.from} → ${found.to}` : null, copied);
  });
