import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { UsageError } from '../../model/trouble.ts';
import type { TargetExpression } from '../expression.ts';
import { openPort } from './open-port.ts';

/** What is known of the `<host>` being read. Elements as in nmap's docs/nmap.dtd. */
interface Host {
  address: string | null;
  /** The name that was given to nmap; names from reverse look-ups are not used. */
  name: string | undefined;
  up: boolean;
  /** False after a ping scan (`-sn`): the host was found and nothing was asked of its ports. */
  portsTried: boolean;
  port: { readonly number: string; readonly where: string } | null;
  readonly open: { readonly number: string; readonly where: string }[];
  readonly where: string;
}

/**
 * Open TCP ports in the XML of nmap and masscan; of a ping scan, the hosts that are up. The parser knows the five predefined entities only and does not read
 * the document type, so declared entities, external ones among them, are errors and never expanded.
 *
 * @throws UsageError with line and column.
 */
export function parseNmapXml(text: string, where: string): TargetExpression[] {
  const parser = new SaxesParser({ position: true, xmlns: false as const });
  const found: TargetExpression[] = [];
  const path: string[] = [];
  let host: Host | null = null;

  const here = () => `${where}:${parser.line}:${parser.columnIndex + 1}`;
  parser.on('error', (error) => {
    throw new UsageError(`${here()}: not valid XML: ${error.message.replace(/^[0-9]+:[0-9]+: /, '')}`);
  });
  parser.on('opentag', (tag) => {
    if (path.length === 0 && tag.name !== 'nmaprun')
      throw new UsageError(`${here()}: expected the XML output of nmap or masscan (<nmaprun>)`);
    if (path.length === 1 && tag.name === 'host') host = newHost(here());
    if (host) readElement(host, path.slice(2).join('/'), tag, here());
    path.push(tag.name);
  });
  parser.on('closetag', () => {
    path.pop();
    if (!host || path.length !== 1) return;
    found.push(...expressionsOf(host));
    host = null;
  });
  parser.write(text).close();
  return found;
}

function newHost(where: string): Host {
  return { address: null, name: undefined, up: false, portsTried: false, port: null, open: [], where };
}

function expressionsOf({ address, name, up, portsTried, open, where }: Host): TargetExpression[] {
  if (!portsTried) return up ? [openPort({ address, port: undefined, name, where })] : [];
  return open.map((port) => openPort({ address, port: port.number, name, where: port.where }));
}

/** @param parent path below `<host>`: empty, `hostnames`, `ports` or `ports/port`. */
function readElement(host: Host, parent: string, { name, attributes }: SaxesTagPlain, where: string): void {
  if (parent === '' && name === 'status') host.up = attributes.state === 'up';
  if (parent === '' && name === 'ports') host.portsTried = true;
  // masscan calls every address ipv4.
  if (parent === '' && name === 'address' && attributes.addrtype !== 'mac') host.address = attributes.addr ?? null;
  if (parent === 'hostnames' && name === 'hostname' && attributes.type === 'user') host.name = attributes.name;
  if (parent === 'ports' && name === 'port') {
    host.port = attributes.protocol === 'tcp' ? { number: attributes.portid ?? '', where } : null;
  }
  if (parent === 'ports/port' && name === 'state' && attributes.state === 'open' && host.port)
    host.open.push(host.port);
}
