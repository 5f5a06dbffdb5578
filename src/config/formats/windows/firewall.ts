import { programOf } from '../../command/launchers.ts';
import { bareProcess, type Collector } from '../../deployment/collector.ts';
import { OPEN } from '../../gates/gate.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { ReadContext } from '../format.ts';
import { type Command, isFilledIn } from './lines.ts';

/** A rule that lets others in, in whatever words. */
interface Allowed {
  readonly ports: readonly ExpandedText[];
  /** What it leads to is told by its name alone. */
  readonly name: ExpandedText;
}

/** What a command opens in the firewall to everybody; null: it is no such command, or opens nothing to all. */
export function allowedBy(command: Command): Allowed | null {
  const program = programOf(command.words[0]).toLowerCase();
  if (program === 'new-netfirewallrule') return byCmdlet(command);
  return program === 'netsh' ? byNetsh(command) : null;
}

/** `New-NetFirewallRule -DisplayName "Ollama" -Direction Inbound -LocalPort 11434 -Action Allow`. */
function byCmdlet({ words }: Command): Allowed | null {
  const option = (...names: readonly string[]): ExpandedText | undefined => {
    const at = words.findIndex(({ text }) => names.includes(text.toLowerCase().replace(/^-/, '')));
    return at === -1 ? undefined : words[at + 1];
  };
  // Left out: inbound, allow, from anywhere (NetSecurity module).
  const is = (wanted: string, ...names: readonly string[]) =>
    (option(...names)?.text.toLowerCase() ?? wanted) === wanted;
  const [port, name] = [option('localport'), option('displayname', 'name')];
  if (!port || !name || !is('inbound', 'direction') || !is('allow', 'action') || !is('true', 'enabled')) return null;
  if (!fromAnywhere(option('remoteaddress')) || !is('tcp', 'protocol')) return null;
  return { ports: portsIn(port), name };
}

/**
 * `netsh advfirewall firewall add rule name="Ollama" dir=in action=allow protocol=TCP localport=11434`
 * (https://learn.microsoft.com/windows-server/administration/windows-commands/netsh-advfirewall): without `remoteip`
 * from anywhere, without `enable` in force.
 */
function byNetsh({ text }: Command): Allowed | null {
  if (!/\badvfirewall\s+firewall\s+add\s+rule\b/i.test(text.text)) return null;
  const fields = netshFields(text);
  const is = (wanted: RegExp, name: string, missing: boolean) => {
    const found = fields.get(name);
    return found ? wanted.test(found.text) : missing;
  };
  const [port, name] = [fields.get('localport'), fields.get('name')];
  if (!port || !name || !is(/^in$/i, 'dir', false) || !is(/^allow$/i, 'action', false)) return null;
  if (!is(/^yes$/i, 'enable', true) || !is(/^(tcp|any)$/i, 'protocol', true) || !fromAnywhere(fields.get('remoteip')))
    return null;
  return { ports: portsIn(port), name };
}

/** `name="A b" localport=1`; names in lower case, quotes left out. */
export function netshFields(text: ExpandedText): ReadonlyMap<string, ExpandedText> {
  const found = new Map<string, ExpandedText>();
  for (const match of text.text.slice(0, 5_000).matchAll(/(?<=\s)([a-z]+)=(?:"([^"]*)"|(\S+))/gi)) {
    const [, name = '', quoted, plain = ''] = match;
    const from = match.index + name.length + (quoted === undefined ? 1 : 2);
    const part = text.part(from, from + (quoted ?? plain).length);
    found.set(name.toLowerCase(), isFilledIn(part.text) ? part.unknown('is set elsewhere') : part);
  }
  return found;
}

function fromAnywhere(from: ExpandedText | undefined): boolean {
  return from === undefined || /^(any|0\.0\.0\.0\/0|internet)$/i.test(from.text);
}

/** `11434,3000` */
function portsIn(list: ExpandedText): readonly ExpandedText[] {
  return [...list.text.matchAll(/[^,\s]+/g)]
    .slice(0, 20)
    .map((match) => list.part(match.index, match.index + match[0].length));
}

/** Others come in by these ports. */
export function addAllowed({ ports, name }: Allowed, file: string, context: ReadContext, out: Collector): void {
  const [called = ''] = name.text.toLowerCase().split(/[^\w.-]+/);
  for (const port of ports) {
    const id = `${file}#firewall-${port.text}`;
    const { value } = port;
    out.processes.push({
      ...bareProcess(id, called, value.span),
      network: { kind: 'own', networks: [], internal: false },
      example: context.example,
    });
    out.publications.push({
      process: id,
      kind: 'firewall',
      hostAddress: null,
      hostPort: value,
      targetPort: value,
      protocol: 'tcp',
      span: value.span,
      loopbackEdit: null,
      gate: OPEN,
      tls: 'unknown',
    });
  }
}
