// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfile text is full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { recognise } from '../../../src/config/formats/formats.ts';
import { isExample } from '../../../src/config/source/paths.ts';
import { assertSpans, lineOf, readText, summary, textOf } from './reading.ts';

async function dockerfile(text: string, others: Record<string, string> = {}) {
  const reading = await readText('dockerfile', text, { path: 'Dockerfile', others });
  assertSpans(reading);
  return reading;
}

async function last(text: string) {
  const { declarations } = await dockerfile(text);
  return declarations.processes.at(-1);
}

describe('what an image runs', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    [
      'entrypoint and command join',
      'FROM a\nENTRYPOINT ["vllm"]\nCMD ["serve", "m"]',
      { argv: ['vllm', 'serve', 'm'], image: 'a', env: {} },
    ],
    [
      'a command alone is an argument',
      'FROM ollama/ollama\nCMD ["serve"]',
      { argv: null, image: 'ollama/ollama', args: ['serve'], env: {} },
    ],
    [
      'shell form',
      'FROM a\nENV CLI_ARGS=""\nCMD python -u main.py --listen --port 7860 ${CLI_ARGS}',
      {
        argv: null,
        image: 'a',
        args: ['python', '-u', 'main.py', '--listen', '--port', '7860'],
        env: { CLI_ARGS: '' },
      },
    ],
    [
      'a launcher in front',
      'FROM a\nENTRYPOINT ["/usr/bin/tini", "--"]\nCMD ["uvicorn", "main:app", "--host=0.0.0.0"]',
      { argv: ['uvicorn', 'main:app', '--host=0.0.0.0'], image: 'a', env: {} },
    ],
    [
      'a shell in exec form',
      'FROM a\nENTRYPOINT ["sh", "-c", "exec ollama serve"]',
      { argv: ['ollama', 'serve'], image: 'a', env: {} },
    ],
    [
      'an entrypoint in shell form takes no command',
      'FROM a\nENTRYPOINT vllm serve m\nCMD ["x"]',
      { argv: ['vllm', 'serve', 'm'], image: 'a', env: {} },
    ],
    [
      'a stage inherits',
      'FROM a AS base\nENV A=1\nENTRYPOINT ["x"]\nFROM base\nENV B=2',
      { argv: ['x'], image: 'a', env: { A: '1', B: '2' } },
    ],
    [
      'both forms of ENV',
      'FROM a\nENV A b c\nENV D=e F="g h" G=i\\ j',
      { argv: null, image: 'a', env: { A: 'b c', D: 'e', F: 'g h', G: 'i j' } },
    ],
    [
      'continued with a comment between',
      'FROM a\nENV A=1 \\\n# no\n\n  B=2',
      { argv: null, image: 'a', env: { A: '1', B: '2' } },
    ],
    [
      'an argument is a default',
      'ARG TAG=1\nFROM a:${TAG}\nARG HOST=0.0.0.0\nENV H=$HOST',
      { argv: null, image: 'default:a:1', env: { H: 'default:0.0.0.0' } },
    ],
    [
      'an argument without a default',
      'FROM a\nARG KEY\nENV K=$KEY',
      { argv: null, image: 'a', env: { K: 'unresolved:$KEY' } },
    ],
    [
      'CRLF and another escape',
      '# escape=`\r\nFROM a\r\nENV A=1 `\r\n  B=2\r\n',
      { argv: null, image: 'a', env: { A: '1', B: '2' } },
    ],
  ];
  for (const [name, text, expected] of cases)
    test(name, async () => assert.deepEqual(summary(await last(text)), expected));

  test('EXPOSE publishes nothing and the network is its own', async () => {
    const { declarations } = await dockerfile('FROM a\nEXPOSE 11434\nENV OLLAMA_HOST=0.0.0.0\nCMD ["ollama", "serve"]');

    assert.deepEqual(declarations.publications, []);
    assert.equal(declarations.processes[0]?.network.kind, 'own');
  });

  test('stages have names, the user is kept', async () => {
    const { declarations } = await dockerfile('FROM a AS build\nFROM b\nUSER app:app\n');

    assert.deepEqual(
      declarations.processes.map(({ name, user }) => [name, textOf(user)]),
      [
        ['build', null],
        ['1', 'app:app'],
      ],
    );
  });

  test('what a build runs serves nobody', async () => {
    const { declarations } = await dockerfile('FROM a\nRUN ollama serve & sleep 5 && ollama pull llama3\n');

    assert.deepEqual(declarations.processes.map(summary), [{ argv: null, image: 'a', env: {} }]);
  });
});

describe('files of an image', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, number | null])[]])[] = [
    ['COPY --chmod=644 server.key /etc/ssl/private/server.key', [['/etc/ssl/private/server.key', 0o644]]],
    [
      'COPY --chown=a:b --chmod=0600 a.key b.key /etc/ssl/',
      [
        ['a.key', 0o600],
        ['b.key', 0o600],
      ],
    ],
    ['COPY --chmod=u=rw,go=r ["a.key", "/x/a.key"]', [['/x/a.key', 0o644]]],
    ['COPY server.key /etc/ssl/private/', []],
    ['RUN chmod 644 /etc/ssl/private/server.key', [['/etc/ssl/private/server.key', 0o644]]],
    ['RUN apt-get update && \\\n# keys\n  openssl genrsa 2048 > a.key', [['a.key', 0o644]]],
    ['RUN <<EOF\nchmod 640 a.key\nEOF', [['a.key', 0o640]]],
    ['ONBUILD RUN chmod 644 a.key', [['a.key', 0o644]]],
  ];
  for (const [step, expected] of cases) {
    test(step.replaceAll('\n', ' '), async () => {
      const { declarations } = await dockerfile(`FROM a\n${step}\n`);

      assert.deepEqual(
        declarations.modes.map(({ path, bits }) => [path.text, bits]),
        expected,
      );
    });
  }

  test('a heredoc copied to .env', async () => {
    const { source, declarations } = await dockerfile(
      'FROM a\nCOPY <<EOF /app/.env\nOLLAMA_HOST=0.0.0.0\nEOF\nUSER x\n',
    );

    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, value.text, lineOf(source, value.span)]),
      [['OLLAMA_HOST', '0.0.0.0', 3]],
    );
    assert.equal(textOf(declarations.processes[0]?.user), 'x');
  });
});

test('switches of clients, and what a health check may do', async () => {
  const text =
    'FROM a\nRUN curl -k https://files.example/x && \\\n    git config --global http.sslVerify false\nHEALTHCHECK --interval=5s CMD curl -fk https://localhost:8443/\n';
  const { source, declarations } = await dockerfile(text);
  const found = declarations.clients.map(({ setting, harmless, value }) => [
    setting,
    harmless,
    lineOf(source, value.span),
  ]);

  assert.deepEqual(found, [
    ['curl -k', false, 2],
    ['git http.sslVerify', false, 3],
    ['curl -k', true, 4],
  ]);
});

test('a file without FROM is a trouble', async () => {
  const { declarations } = await dockerfile('RUN x\n');

  assert.equal(declarations.troubles.length, 1);
});

test('anything at all is read', async () => {
  const bit = fc.constantFrom(
    'FROM a\n',
    'ENV A',
    '=',
    ' ',
    '\\\n',
    '\n',
    '"',
    "'",
    'RUN ',
    'COPY --chmod=644 ',
    '<<EOF',
    'EOF\n',
    '[',
    ']',
    ',',
    '"x"',
    '$A',
    '${',
    '}',
    'CMD ',
    'ENTRYPOINT ',
    '#',
    '--',
    '\r\n',
    'ARG B=',
    'ONBUILD ',
    '\0',
    'a.key',
    'AS b',
    'HEALTHCHECK CMD ',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(bit, { maxLength: 40 }), async (bits) => {
      await dockerfile(`FROM a\n${bits.join('')}`);
    }),
    { numRuns: 300 },
  );
});

describe('what Docker refuses', () => {
  const refused: readonly (readonly [path: string, text: string, troubles: readonly string[]])[] = [
    ['Dockerfile', 'FORM a\nRUN b', ["1:1 'FORM' is no instruction; did you mean 'FROM'?", '1:1 no FROM instruction']],
    [
      'Dockerfile.gpu',
      '# a\n\nFRM a',
      ["3:1 'FRM' is no instruction; did you mean 'FROM'?", '1:1 no FROM instruction'],
    ],
    ['Dockerfile', 'FROM a\n  ETNRYPOINT ["b"]', ["2:3 'ETNRYPOINT' is no instruction; did you mean 'ENTRYPOINT'?"]],
    ['b.dockerfile', 'from a\nONBUILD RUM b', ["2:9 'RUM' is no instruction; did you mean 'RUN'?"]],
    ['Dockerfile', 'FROM a\nRUN b &&\nc --d', ["3:1 'c' is no instruction"]],
    ['Dockerfile', 'FROM a\n{% if x %}\nRUN b\n{% endif %}', []],
    ['Dockerfile', 'FROM a\nRUN cat <<EOF\nwhat(\n', ["3:1 'what(' is no instruction"]],
    ['Containerfile', 'RUN a', ['1:1 no FROM instruction']],
    ['Dockerfile', `FROM a\n${'x\n'.repeat(9)}`, [2, 3, 4, 5, 6].map((line) => `${line}:1 'x' is no instruction`)],
  ];
  for (const [path, text, troubles] of refused) {
    test(`${path}: ${text.slice(0, 40).replaceAll('\n', ' ; ')}`, async () => {
      assert.equal(recognise(path, text)?.id, 'dockerfile');
      const { source, declarations } = await readText('dockerfile', text, { path });

      assert.deepEqual(
        declarations.troubles.map(({ span, what }) => {
          const { line, column } = source.position(span.start);
          return `${line}:${column} ${what.replace(/^dockerfile: /, '')}`;
        }),
        troubles,
      );
    });
  }

  const taken: readonly (readonly [path: string, text: string])[] = [
    ['Dockerfile', 'ARG A=1\nFROM a\nMaintainer x\nlabel a=b\nSTOPSIGNAL 9\nSHELL ["a"]\nVOLUME /a\nexpose 1'],
    ['Dockerfile', 'FROM a\nRUN\\\n  b\nRUN <<EOF\nwhat(\nEOF\nHEALTHCHECK NONE\nONBUILD ADD a b'],
    ['Dockerfile', '# escape=`\nFROM a\nRUN b `\n  # c\n\n  d'],
    ['Dockerfile', '# syntax=example.org/frontend:1\nFROM a\nINCLUDE b'],
    ['Dockerfile.j2', 'FROM a\n{% if b %}\nRUN c\n{% endif %}'],
    ['Dockerfile.in', 'FROM a\nINCLUDE(b)'],
    ['dockerfile_test.go', 'package a\nconst b = `\nFROM c\n`'],
  ];
  for (const [path, text] of taken) {
    test(`nothing of ${path}: ${text.slice(0, 60).replaceAll('\n', ' ; ')}`, async () => {
      const { declarations } = await readText('dockerfile', text, { path, example: isExample(path) });

      assert.deepEqual(declarations.troubles, []);
    });
  }

  test('a name that may be something else is one only with what begins an image', () => {
    assert.equal(recognise('Dockerfile.common', 'RUN a'), null);
    assert.equal(recognise('Dockerfile', 'RUN a')?.id, 'dockerfile');
  });
});
