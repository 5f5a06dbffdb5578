import type { StatedListener } from '../../deployment/declarations.ts';
import { written } from '../../deployment/value.ts';
import { OPEN } from '../../gates/gate.ts';
import { valueAt } from '../../ini/environment.ts';
import type { IniSection } from '../../ini/ini.ts';
import { Settings } from '../../ini/settings.ts';
import { authority } from '../../source/placed.ts';

/** `ListenStream=` of a socket unit (systemd.socket(5)): a port alone is on all addresses, a path is a UNIX socket. */
export function socketListeners(sections: readonly IniSection[]): readonly StatedListener[] {
  const settings = new Settings(sections, 'Socket');
  return settings.all('ListenStream').flatMap(({ value, span }) => {
    const base = { tls: 'off', auth: OPEN.state, span, what: 'socket unit', service: null } as const;
    const whole = valueAt(value);
    if (/^[/@]|^vsock:/.test(value.text)) {
      return [
        {
          ...base,
          address: whole.kind === 'unresolved' ? whole : { ...whole, text: `unix:${whole.text}` },
          port: null,
        },
      ];
    }
    if (whole.kind === 'unresolved') return [{ ...base, address: null, port: whole }];
    const { host, port } = authority(value, 'port');
    return [
      {
        ...base,
        address: host ? written(host.text, host.span) : null,
        port: port ? written(port.text, port.span) : null,
      },
    ];
  });
}
