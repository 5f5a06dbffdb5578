import { bareProcess, type Collector } from '../../deployment/collector.ts';
import { OPEN } from '../../gates/gate.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { ReadContext } from '../format.ts';
import type { Command } from './lines.ts';

/**
 * `New-NetFirewallRule -DisplayName "Ollama" -Direction Inbound -LocalPort 11434 -Action Allow`: others come in by that port.
 * What it leads to is told by the rule's name alone.
 */
export function addFirewallRule({ words }: Command, file: string, context: ReadContext, out: Collector): void {
  const option = (...names: readonly string[]): ExpandedText | undefined => {
    const at = words.findIndex(({ text }) => names.includes(text.toLowerCase().replace(/^-/, '')));
    return at === -1 ? undefined : words[at + 1];
  };
  const is = (wanted: string, ...names: readonly string[]) =>
    (option(...names)?.text.toLowerCase() ?? wanted) === wanted;
  const from = option('remoteaddress')?.text ?? 'any';
  const [port, name] = [option('localport'), option('displayname', 'name')];
  // Left out: inbound, allow, from anywhere (NetSecurity module).
  if (!port || !name || !is('inbound', 'direction') || !is('allow', 'action') || !is('true', 'enabled')) return;
  if (!/^(any|0\.0\.0\.0\/0|internet)$/i.test(from) || !is('tcp', 'protocol')) return;
  const id = `${file}#firewall-${port.text}`;
  const [called = ''] = name.text.toLowerCase().split(/[^\w.-]+/);
  out.processes.push({
    ...bareProcess(id, called, port.value.span),
    network: { kind: 'own', networks: [], internal: false },
    example: context.example,
  });
  out.publications.push({
    process: id,
    kind: 'firewall',
    hostAddress: null,
    hostPort: port.value,
    targetPort: port.value,
    protocol: 'tcp',
    span: port.value.span,
    loopbackEdit: null,
    gate: OPEN,
    tls: 'unknown',
  });
}
