import type { TlsSwitches } from '../../model/setting-table.ts';
import type { ClientSwitch } from '../deployment/declarations.ts';
import { known, type Value } from '../deployment/value.ts';
import { verificationBySetting, verificationOption } from './tls-switch.ts';

/** What a variable or a key does to the check of certificates; null: nothing to do with it. */
export function clientSwitch(setting: string, value: Value, switches: TlsSwitches): ClientSwitch | null {
  const found = verificationBySetting(switches, setting, known(value));
  if (!found) return null;
  return {
    setting,
    verification: found.verification,
    caFile: found.isFile ? value : null,
    value,
    harmless: false,
    byDefault: value.kind === 'default',
  };
}

/** The option of a command line that switches the check off. `harmless` where it only asks the machine itself. */
export function commandSwitch(argv: readonly Value[], switches: TlsSwitches): ClientSwitch | null {
  const words = argv.map(({ text }) => text);
  const index = verificationOption(switches, words);
  const value = index === null ? undefined : argv[index];
  if (!value) return null;
  const urls = words.filter((word) => /^[a-z]+:\/\//i.test(word));
  return {
    setting: value.text.split('=')[0] ?? value.text,
    verification: 'off',
    caFile: null,
    value,
    harmless:
      urls.length > 0 &&
      urls.every((url) => /^[a-z]+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|$)/i.test(url)),
    byDefault: false,
  };
}
