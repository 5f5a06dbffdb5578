import { programOf } from '../../command/launchers.ts';
import type { ClientSwitch } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { RunCommand } from './run-command.ts';

/** Letters of curl's short options that take a value: what follows one in a cluster is that value. */
const CURL_VALUES = /[AbCcDdEeFHhKmoPQrTtUuwXxYyz]/;
const LOCAL = /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(?=[:/?]|$)/i;

/** Switches of commands by which they stop to check whom they talk to. */
export function clientSwitches(command: RunCommand): ClientSwitch[] {
  const { argv } = command;
  const name = programOf(argv[0]);
  const off = (setting: string, word: ExpandedText, harmless = false): ClientSwitch => ({
    setting,
    verification: 'off',
    caFile: null,
    value: word.value,
    harmless,
    byDefault: false,
  });
  if (name === 'curl') return curl(argv, off);
  const has = (text: RegExp) => argv.slice(1).filter((word) => text.test(word.text));
  const second = argv[1]?.text ?? '';
  if (name === 'wget')
    return has(/^--no-check-certificate$/).map((word) => off('wget --no-check-certificate', word, isLocal(argv)));
  if (/^https?$/.test(name))
    return has(/^--verify=(no|false)$/i).map((word) => off('http --verify', word, isLocal(argv)));
  if (/^pip[\d.]*$|^uv$/.test(name) || /^(-m)$/.test(second)) {
    const hosts = has(/^(--trusted-host|--allow-insecure-host)(=|$)/).map((word) =>
      off(`pip ${word.text.replace(/=.*/, '')}`, word),
    );
    if (hosts.length > 0) return hosts;
    if (second === 'config' && argv.some((word) => /trusted[-_]host$/.test(word.text)))
      return argv.slice(-1).map((word) => off('pip trusted-host', word));
  }
  if (name === 'git') return git(argv, off);
  if (/^(npm|yarn|pnpm)$/.test(name)) return strictSsl(argv, off);
  if (/^(conda|mamba|micromamba)$/.test(name) && second === 'config')
    return pairs(argv, /^ssl_verify$/, /^(false|no)$/i, (word) => off('conda ssl_verify', word));
  if (/^(ollama|mc|grpcurl)$/.test(name))
    return has(/^--?insecure$/).map((word) => off(`${name} ${word.text}`, word, isLocal(argv)));
  return has(
    /^(--insecure-skip-tls-verify(=true)?|--no-verify-ssl|--(src-|dest-)?tls-verify=(false|0)|-?-tls-skip-verify|--skip-tls-verify)$/,
  ).map((word) => off(`${name} ${word.text.replace(/=.*/, '')}`, word, isLocal(argv)));
}

type Off = (setting: string, word: ExpandedText, harmless?: boolean) => ClientSwitch;

function curl(argv: readonly ExpandedText[], off: Off): ClientSwitch[] {
  const harmless = isLocal(argv);
  const found: ClientSwitch[] = [];
  let authority: Value | null = null;
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] as ExpandedText;
    const { text } = word;
    if (text === '--insecure' || text === '--proxy-insecure') found.push(off(`curl ${text}`, word, harmless));
    else if (text === '--cacert') {
      at += 1;
      authority = argv[at]?.value ?? null;
    } else if (/^-[A-Za-z#0-9]/.test(text)) {
      const value = text.slice(1).search(CURL_VALUES);
      const letters = value === -1 ? text.slice(1) : text.slice(1, value + 1);
      if (letters.includes('k')) found.push(off('curl -k', word, harmless));
      if (value !== -1 && value === text.length - 2) at += 1;
    }
  }
  if (found.length > 0 || !authority) return found;
  return [
    { setting: 'curl --cacert', verification: 'on', caFile: authority, value: authority, harmless, byDefault: false },
  ];
}

function git(argv: readonly ExpandedText[], off: Off): ClientSwitch[] {
  const inline = argv.filter((word) => /^http(\.[^=]*)?\.sslverify=(false|0|no|off)$/i.test(word.text));
  if (inline.length > 0) return inline.map((word) => off('git http.sslVerify', word));
  return pairs(argv, /^http(\..*)?\.sslverify$/i, /^(false|0|no|off)$/i, (word) => off('git http.sslVerify', word));
}

function strictSsl(argv: readonly ExpandedText[], off: Off): ClientSwitch[] {
  const inline = argv.filter((word) => /^(--)?strict-ssl=(false|0)$/.test(word.text));
  if (inline.length > 0) return inline.map((word) => off('npm strict-ssl', word));
  return pairs(argv, /^(--)?strict-ssl$/, /^(false|0)$/i, (word) => off('npm strict-ssl', word));
}

function pairs(
  argv: readonly ExpandedText[],
  key: RegExp,
  value: RegExp,
  make: (word: ExpandedText) => ClientSwitch,
): ClientSwitch[] {
  const at = argv.findIndex((word, index) => key.test(word.text) && value.test(argv[index + 1]?.text ?? ''));
  const word = at === -1 ? undefined : argv[at + 1];
  return word ? [make(word)] : [];
}

/** Every address it calls is on the same machine. */
function isLocal(argv: readonly ExpandedText[]): boolean {
  const addresses = argv.slice(1).filter((word) => /^https?:\/\//i.test(word.text) || LOCAL.test(word.text));
  return addresses.length > 0 && addresses.every((word) => LOCAL.test(word.text));
}
