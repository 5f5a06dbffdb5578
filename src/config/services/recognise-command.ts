import type { CommandPattern } from '../../model/deploy.ts';
import type { Value } from '../deployment/value.ts';
import { programName } from './argument.ts';

const PYTHON = /^(?:python|pypy)(?:\d(?:\.\d+)?)?w?$/;

/** `vllm@v0.11.0` → `vllm`, `/usr/bin/python3.11` → `python`. */
export function commandName(word: string): string {
  const name = programName(word).replace(/(?<=.)@[\w.^~-]+$/, '');
  return PYTHON.test(name) ? 'python' : name;
}

/**
 * Whether the command line is one of the pattern's: its first word names the program, each further word occurs in this
 * order among what follows, with nothing but options and their values between.
 */
export function matchesCommand(argv: readonly Value[], { words }: CommandPattern): boolean {
  const [program = '', ...rest] = words;
  const head = argv[0]?.text;
  if (head === undefined || !sameWord(program, head, true)) return false;
  let at = 1;
  for (const word of rest) {
    while (at < argv.length && !sameWord(word, argv[at]?.text ?? '', false)) {
      const text = argv[at]?.text ?? '';
      const previous = argv[at - 1]?.text ?? '';
      if (!text.startsWith('-') && (at === 1 || !previous.startsWith('-') || previous.includes('='))) return false;
      at += 1;
    }
    if (at >= argv.length) return false;
    at += 1;
  }
  return true;
}

function sameWord(pattern: string, word: string, isProgram: boolean): boolean {
  if (isProgram) return commandName(word) === commandName(pattern) && pathEnds(pattern, word);
  if (pattern === word) return true;
  const plain = word.replace(/@[\w.^~-]+$/, '');
  return plain === pattern || (/\.\w+$/.test(pattern) && pathEnds(pattern, word) && fileOf(word) === fileOf(pattern));
}

/** A pattern with folders in it must find them at the end of the word. */
function pathEnds(pattern: string, word: string): boolean {
  if (!pattern.includes('/') || pattern.startsWith('@')) return true;
  const wanted = pattern.replace(/^\.?\//, '');
  return word === wanted || word.endsWith(`/${wanted}`);
}

function fileOf(word: string): string {
  return word.split(/[\\/]/).at(-1) ?? word;
}
