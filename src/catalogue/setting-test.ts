import type { SettingName, SettingTest } from '../model/deploy.ts';
import { UsageError } from '../model/trouble.ts';

/*
 * How service files write a question about a setting:
 *
 *   OLLAMA_HOST                given and not empty        --api-key, config:service.api_key, code:launch(auth=)
 *   WEBUI_AUTH=false           any word for false         =true: any word for true
 *   WEBUI_AUTH!=true           given, and no word for true
 *   NEO4J_AUTH=none            exactly that text          !=text: given, and another text
 *   TOKEN=""                   given and empty
 *   OLLAMA_HOST^=https://      begins so                  *=text: contains it
 *   OLLAMA_ORIGINS~=*          one element of a list
 *   env:xpack.security.enabled=false                      a variable whose name is not in capitals
 */

const SETTING = /^(env:|config:|code:)?(-{1,2}[A-Za-z][\w.:-]*|[\w][\w.[\]/-]*(?:\([\w]*=?\))?)/;
const OPERATOR = /^(!=|\^=|\*=|~=|=)/;

/** A text that is no question about a setting; whoever knows the file says where it stands. */
export class SettingError extends UsageError {
  readonly written: string;

  constructor(written: string, message: string) {
    super(message);
    this.written = written;
  }
}

/** @throws SettingError when it is not one. */
export function readSettingTest(written: string): SettingTest {
  const { setting, rest } = readSetting(written);
  if (rest === '') return { setting, is: 'set', text: '', written };

  const operator = OPERATOR.exec(rest)?.[0];
  if (operator === undefined) {
    throw new SettingError(
      written,
      `'${written}' is no setting: expected =, !=, ^=, *= or ~= after the name, found '${rest}'`,
    );
  }
  const value = rest.slice(operator.length);
  const quoted = /^"(.*)"$/.exec(value);
  const text = (quoted?.[1] ?? value).toLowerCase();
  if (text === '' && !quoted)
    throw new SettingError(written, `'${written}': a value is missing; write "" for the empty one`);
  const is = questionOf(operator, text, quoted !== null);
  return { setting, is, text: is === 'on' || is === 'off' || is === 'not-on' ? '' : text, written };
}

/** A name alone. @throws SettingError when something follows it. */
export function readSettingName(written: string): SettingName {
  const { setting, rest } = readSetting(written);
  if (rest !== '') throw new SettingError(written, `'${written}': expected the name of a setting and nothing after it`);
  return setting;
}

function readSetting(written: string): { setting: SettingName; rest: string } {
  const found = SETTING.exec(written);
  if (!found)
    throw new SettingError(written, `'${written}' is no setting: expected --flag, NAME, env:, config: or code:`);
  const [whole, prefix, name = ''] = found;
  const rest = written.slice(whole.length);
  if (prefix) return { setting: { kind: prefix.slice(0, -1) as SettingName['kind'], name }, rest };
  if (name.startsWith('-')) return { setting: { kind: 'flag', name }, rest };
  if (/^[A-Z_][A-Z0-9_]*$/.test(name)) return { setting: { kind: 'env', name }, rest };
  throw new SettingError(
    written,
    `'${written}': is '${name}' a variable, a key or code? write env:, config: or code: before it`,
  );
}

function questionOf(operator: string, text: string, quoted: boolean): SettingTest['is'] {
  switch (operator) {
    case '=':
      if (text === '') return 'empty';
      if (!quoted && text === 'true') return 'on';
      return !quoted && text === 'false' ? 'off' : 'text';
    case '!=':
      return !quoted && text === 'true' ? 'not-on' : 'not-text';
    case '^=':
      return 'prefix';
    case '*=':
      return 'contains';
    default:
      return 'word';
  }
}
