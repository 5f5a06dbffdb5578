import { RE2JS } from 're2js';

/*
 * Patterns of configuration files, in linear time: whoever wrote the file may be hostile.
 */

const cache = new Map<string, RE2JS | null>();
const MOST_KEPT = 500;

/** Whether a pattern is found in a text; undefined when it uses what cannot be run in linear time. */
export function found(pattern: string, text: string, ignoreCase: boolean): boolean | undefined {
  const key = `${ignoreCase ? 'i' : 's'}${pattern}`;
  let compiled = cache.get(key);
  if (compiled === undefined) {
    compiled = compile(pattern, ignoreCase);
    if (cache.size < MOST_KEPT) cache.set(key, compiled);
  }
  return compiled?.matcher(text).find();
}

function compile(pattern: string, ignoreCase: boolean): RE2JS | null {
  if (pattern.length > 2000) return null;
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    return null;
  }
}
