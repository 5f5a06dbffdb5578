import type { ClientSwitch } from '../../deployment/declarations.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { type FlatSetting, flatten } from './flatten.ts';

const OFF_WHEN_FALSE =
  /(^|[._-])(verify_?ssl|ssl_?verify|verify_?tls|tls_?verify|verify_?certs?|verify_?certificates?|validate_?certs|reject_?unauthorized|(enable_?)?strict[_-]?ssl|check[_-]?certificate)$/i;
const OFF_WHEN_TRUE =
  /(^|[._-])(tls_?)?(insecure_?skip_?(tls_?)?verify|(tls_?|ssl_?)?skip_?(tls_?|ssl_?)?verify|disable_?(ssl|tls)_?verif\w*|allow_?unauthorized_?certs)$/i;

/** pip's: whatever host it names is not checked. */
const OFF_WHEN_SET = /^(global|install)\.trusted[_-]host$/i;

/** Keys that say whether a program checks whom it talks to, and which way round. */
export function verificationSwitches(settings: readonly FlatSetting[]): ClientSwitch[] {
  return settings.flatMap(({ setting, value }): ClientSwitch[] => {
    if (OFF_WHEN_SET.test(setting) && value.text.trim() !== '')
      return [{ setting, verification: 'off', caFile: null, value, harmless: false, byDefault: false }];
    const falsy = OFF_WHEN_FALSE.test(setting);
    if (!falsy && !OFF_WHEN_TRUE.test(setting)) return [];
    const no = /^(false|no|off|0|none)$/i.test(value.text.trim());
    const yes = /^(true|yes|on|1)$/i.test(value.text.trim());
    if (value.kind !== 'unresolved' && !no && !yes) return [];
    const verification = value.kind === 'unresolved' ? 'unknown' : (falsy ? no : yes) ? 'off' : 'on';
    return [{ setting, verification, caFile: null, value, harmless: false, byDefault: value.kind === 'default' }];
  });
}

/** The same of parts of a text. Most texts hold no such word, and are not taken apart. */
export function switchesIn(parts: readonly (YamlNode | null)[], text: string): ClientSwitch[] {
  if (parts.length === 0 || !SOME_SWITCH.test(text)) return [];
  return parts.flatMap((part) => verificationSwitches(flatten(part)));
}

const SOME_SWITCH = /verif|validate_?certs|reject_?unauthorized|strict_?ssl|unauthorized_?certs/i;
