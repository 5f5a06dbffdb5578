import type { Span } from '../../../model/span.ts';
import type { Value } from '../../deployment/value.ts';
import type { Stretch } from './expressions.ts';
import type { Block, Hcl } from './hcl.ts';

/** A port, or a range of them, that anybody on the internet may come in by. */
export interface Opening {
  readonly block: Block;
  readonly port: Value;
  readonly span: Span;
}

type Lookup = (name: string) => Stretch | undefined;

const WORLD = /^(0\.0\.0\.0\/0|::\/0|\*|Internet|Any)$/i;

/** Of AWS security groups and rules, Azure network security rules and Google firewalls. */
export function worldOpenings(blocks: readonly Block[], hcl: Hcl, lookup: Lookup): readonly Opening[] {
  return blocks.flatMap((block): readonly Opening[] => {
    const [kind = ''] = block.labels;
    if (/^(aws|alicloud|tencentcloud)_(default_)?security_group$/.test(kind))
      return [...block.blocks.filter(({ type }) => type === 'ingress')].flatMap((rule) =>
        aws(block, rule, hcl, lookup),
      );
    if (kind === 'aws_security_group_rule')
      return hcl.value(block.attributes.get('type'))?.text === 'ingress' ? aws(block, block, hcl, lookup) : [];
    if (kind === 'aws_vpc_security_group_ingress_rule') return aws(block, block, hcl, lookup);
    if (kind === 'azurerm_network_security_rule') return azure(block, block, hcl, lookup);
    if (kind === 'azurerm_network_security_group')
      return block.blocks
        .filter(({ type }) => type === 'security_rule')
        .flatMap((rule) => azure(block, rule, hcl, lookup));
    if (kind === 'google_compute_firewall') return google(block, hcl, lookup);
    return [];
  });
}

function isWorld(rule: Block, names: readonly string[], hcl: Hcl, lookup: Lookup): boolean {
  return names.some((name) => {
    const given = rule.attributes.get(name);
    const stretch = given && (lookup(hcl.source.text.slice(given.from, given.to)) ?? given);
    return stretch !== undefined && hcl.elements(stretch).some((one) => WORLD.test(hcl.value(one, lookup)?.text ?? ''));
  });
}

function aws(block: Block, rule: Block, hcl: Hcl, lookup: Lookup): readonly Opening[] {
  if (!isWorld(rule, ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'], hcl, lookup)) return [];
  const from = hcl.value(rule.attributes.get('from_port'), lookup);
  const to = hcl.value(rule.attributes.get('to_port'), lookup);
  if (!from) return [];
  const all = from.text === '-1' || from.text === '0';
  const text = all
    ? '0-65535'
    : to && to.kind !== 'unresolved' && to.text !== from.text
      ? `${from.text}-${to.text}`
      : from.text;
  return [{ block, port: from.kind === 'unresolved' ? from : { ...from, text }, span: from.span }];
}

function azure(block: Block, rule: Block, hcl: Hcl, lookup: Lookup): readonly Opening[] {
  const text = (name: string) => hcl.value(rule.attributes.get(name), lookup)?.text.toLowerCase();
  if (text('direction') !== 'inbound' || text('access') !== 'allow') return [];
  if (!isWorld(rule, ['source_address_prefix', 'source_address_prefixes'], hcl, lookup)) return [];
  return ['destination_port_range', 'destination_port_ranges'].flatMap((name) =>
    ports(block, rule.attributes.get(name), hcl, lookup),
  );
}

function google(block: Block, hcl: Hcl, lookup: Lookup): readonly Opening[] {
  if (hcl.value(block.attributes.get('direction'))?.text === 'EGRESS') return [];
  if (!isWorld(block, ['source_ranges'], hcl, lookup)) return [];
  return block.blocks
    .filter(({ type }) => type === 'allow')
    .flatMap((rule) => ports(block, rule.attributes.get('ports'), hcl, lookup));
}

function ports(block: Block, stretch: Stretch | undefined, hcl: Hcl, lookup: Lookup): readonly Opening[] {
  if (!stretch) return [];
  return hcl.elements(stretch).flatMap((one) => {
    const port = hcl.value(one, lookup);
    if (!port) return [];
    return [{ block, port: port.text === '*' ? { ...port, text: '0-65535' } : port, span: port.span }];
  });
}
