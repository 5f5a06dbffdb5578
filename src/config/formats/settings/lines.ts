import { unresolved, type Value, written } from '../../deployment/value.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { FlatSetting } from './flatten.ts';

const SETTING = /^([ \t]*)([A-Za-z][\w.-]*)([ \t]*=[ \t]*|[ \t]+)(.*)$/;

/**
 * Settings a line: `key value` (redis.conf, mosquitto.conf) or `key = value` below `[section]` (grafana.ini). Nothing may
 * stand behind a value.
 */
export function readLines(source: SourceText): FlatSetting[] {
  const found: FlatSetting[] = [];
  let section = '';
  let start = 0;
  for (const line of source.text.split('\n')) {
    const at = start;
    start += line.length + 1;
    const [, name] = /^[ \t]*\[([^\]\n]+)\]/.exec(line) ?? [];
    if (name !== undefined) section = `${name}.`;
    const [, indent, key, between, text] = SETTING.exec(line) ?? [];
    if (indent === undefined || key === undefined || between === undefined || text === undefined) continue;
    const from = at + indent.length + key.length + between.length;
    found.push({ setting: `${section}${key}`, value: valueAt(text.trimEnd(), source, from) });
  }
  return found;
}

function valueAt(given: string, source: SourceText, from: number): Value {
  const [, quoted] = /^"([^"]*)"$/.exec(given) ?? [];
  const start = quoted === undefined ? from : from + 1;
  const text = quoted ?? given;
  const span = source.span(start, start + text.length);
  return /\$\{|\{\{|\$__/.test(text) ? unresolved(text, span, 'it is filled in elsewhere') : written(text, span);
}
