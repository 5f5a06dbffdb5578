import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unwrap } from '../../../src/config/command/launchers.ts';
import { splitWords } from '../../../src/config/services/argument.ts';
import { recognise } from '../../../src/config/services/recognise.ts';
import { Settings } from '../../../src/config/services/settings.ts';
import { unwrapCommand } from '../../../src/config/services/unwrap.ts';
import { ExpandedText } from '../../../src/config/source/expanded-text.ts';
import { builtinDeployables, value } from '../../support/declared-process.ts';

const services = await builtinDeployables();
const plainWord = fc.stringMatching(/^[\w./:=@-]{1,12}$/);
const line = fc.array(
  fc.oneof(plainWord, fc.constantFrom("'a b'", '"c d"', 'sudo', 'env', 'A=b', 'sh', '-c', '&&', '--')),
  {
    maxLength: 12,
  },
);

test('every word of a text slices back to where it stands', () => {
  fc.assert(
    fc.property(line, fc.nat(40), (words, offset) => {
      const text = words.join(' ');
      const whole = {
        kind: 'explicit',
        text,
        span: { file: 'f', start: offset, end: offset + text.length },
        via: [],
      } as const;

      for (const { span, text: word } of splitWords(whole)) {
        const slice = text.slice(span.start - offset, span.end - offset);
        assert.equal(slice.replaceAll(/["']/g, ''), word);
      }
    }),
  );
});

test('unwrapping ends, and keeps only words that were there', () => {
  fc.assert(
    fc.property(line, (words) => {
      const given = words.map(value);

      for (const { argv } of unwrapCommand(given)) {
        assert.ok(argv.length > 0);
        for (const { text } of argv) assert.ok(words.join(' ').includes(text.split(' ')[0] ?? ''));
      }
    }),
  );
});

test('no command line is too strange to be recognised or not', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 20 }), fc.option(fc.string()), (words, image) => {
      const process = {
        name: 'x',
        aliases: [],
        args: null,
        argv: words.map(value),
        image: image === null ? null : value(image),
      };
      recognise(process, services);
    }),
  );
});

test('a flag is found wherever its value is written', () => {
  fc.assert(
    fc.property(
      fc.array(
        plainWord.filter((word) => !word.includes('=')),
        { maxLength: 5 },
      ),
      fc.boolean(),
      (before, attached) => {
        const flag = attached ? ['--key=v'] : ['--key', 'v'];
        const argv = ['p', ...before.filter((word) => word !== '--key'), ...flag].map(value);
        const settings = new Settings({
          argv,
          environment: [],
          unseenEnvironment: [],
          config: [],
          unseenConfig: [],
          argumentVariables: [],
        });

        const last = before.at(-1) ?? '';
        if (!attached && /^-/.test(last) && before.length > 0) return;
        assert.equal(settings.find({ kind: 'flag', name: '--key' })?.value?.text, 'v');
      },
    ),
  );
});

test('shells within shells end', () => {
  const deep = Array.from({ length: 200 }, () => ['sh', '-c']).flat();

  assert.ok(unwrapCommand([...deep, 'vllm serve m'].map(value)).length <= 1);
  assert.ok(unwrapCommand(Array.from({ length: 5000 }, () => value('env'))).length <= 1);
});

test('whoever takes a line apart finds the same program behind the same launchers', () => {
  const lines: readonly (readonly [string, string, string | null])[] = [
    ['env -u A OLLAMA_HOST=0.0.0.0 ollama serve', 'ollama', null],
    ['sudo -u ai --preserve-env A=b nohup ollama serve', 'ollama', 'ai'],
    ['runuser -u ai -- ollama serve', 'ollama', 'ai'],
    ['systemd-run -u chat -p Nice=5 ollama serve', 'ollama', null],
    ['chpst -u ai ollama serve', 'ollama', null],
    ['caffeinate -t 5 ollama serve', 'ollama', null],
    ['timeout -k 5 60 taskset -c 0 ollama serve', 'ollama', null],
    ['uv run --with x vllm serve m', 'vllm', null],
    ['uv tool run vllm serve m', 'vllm', null],
    ['uv pip install vllm', 'uv', null],
    ['conda run -n ai vllm serve m', 'vllm', null],
    ['dotenv -e .env -- vllm serve m', 'vllm', null],
    ['dotenv list', 'dotenv', null],
    ['torchrun --nproc_per_node 2 serve.py', 'serve.py', null],
    ['tini -s -- docker-init -- ollama serve', 'ollama', null],
    ['constructor serve', 'constructor', null],
    ['bash run.sh -c other', 'bash', null],
  ];
  for (const [line, program, user] of lines) {
    const words = line.split(' ');

    const inServices = unwrapCommand(words.map(value));
    const inShell = unwrap(words.map((word) => ExpandedText.of(value(word))));

    assert.deepEqual([inServices.length, inServices[0]?.argv[0]?.text], [1, program], line);
    assert.deepEqual([inShell.argv[0]?.text, inShell.user?.text ?? null], [program, user], line);
    assert.deepEqual(
      inShell.environment.map(({ name }) => name),
      inServices[0]?.assignments.map(({ name }) => name),
      line,
    );
  }
  const [handed] = unwrapCommand(['su', '-', 'ai', '-c', 'ollama serve'].map(value));
  assert.equal(handed?.argv[0]?.text, 'ollama');
});
