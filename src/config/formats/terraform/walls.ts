import type { Block, Hcl, Stretch } from './hcl.ts';

/** What stands around a machine: groups or firewalls, and every block that holds a rule of them. */
export interface Walls {
  readonly groups: readonly Block[];
  readonly rules: ReadonlySet<Block>;
}

/** Null: some of it is not in this file, or nothing is told of it. */
export function wallsAround(machine: Block, blocks: readonly Block[], hcl: Hcl): Walls | null {
  const [kind = ''] = machine.labels;
  if (kind.startsWith('google_compute_instance')) return firewallsOf(machine, blocks, hcl);
  return kind.startsWith('azurerm_') ? azureGroups(machine, blocks, hcl) : awsGroups(machine, blocks, hcl);
}

/** What each provider calls a group, and where a rule beside it says whose it is. */
const AWS = {
  group: 'aws_security_group',
  inline: 'ingress',
  rule: /^aws_(security_group_rule|vpc_security_group_ingress_rule)$/,
  of: 'security_group_id',
} as const;
const AZURE = {
  group: 'azurerm_network_security_group',
  inline: 'security_rule',
  rule: /^azurerm_network_security_rule$/,
  of: 'network_security_group_name',
} as const;

function awsGroups(machine: Block, blocks: readonly Block[], hcl: Hcl): Walls | null {
  const stretch = machine.attributes.get('vpc_security_group_ids') ?? machine.attributes.get('security_groups');
  return stretch ? toldGroups(hcl.elements(stretch), AWS, blocks, hcl) : null;
}

/** A group stands around an interface, or around the subnet that the interface is in. */
function azureGroups(machine: Block, blocks: readonly Block[], hcl: Hcl): Walls | null {
  const own = machine.blocks.flatMap(({ attributes }) => attributes.get('network_security_group_id') ?? []);
  const ids = machine.attributes.get('network_interface_ids');
  const interfaces = (ids ? hcl.elements(ids) : []).flatMap(
    (one) => find('azurerm_network_interface', one, blocks, hcl) ?? [],
  );
  const places = interfaces.flatMap((one) => [
    referenceTo(one),
    ...one.blocks.flatMap(({ attributes }) => {
      const subnet = attributes.get('subnet_id');
      return subnet ? [reference(subnet, hcl)] : [];
    }),
  ]);
  const joined = blocks.flatMap(({ labels, attributes }) => {
    if (!/^azurerm_(network_interface|subnet)_(network_)?security_group_association$/.test(labels[0] ?? '')) return [];
    const place = attributes.get('network_interface_id') ?? attributes.get('subnet_id');
    const group = attributes.get('network_security_group_id');
    return place && group && places.includes(reference(place, hcl)) ? [group] : [];
  });
  return toldGroups([...own, ...joined], AZURE, blocks, hcl);
}

function toldGroups(
  named: readonly Stretch[],
  provider: typeof AWS | typeof AZURE,
  blocks: readonly Block[],
  hcl: Hcl,
): Walls | null {
  const rulesOf = (group: Block) =>
    blocks.filter(({ labels, attributes }) => {
      const of = attributes.get(provider.of);
      return provider.rule.test(labels[0] ?? '') && of !== undefined && reference(of, hcl) === referenceTo(group);
    });
  const groups = named.map((one) => {
    const group = find(provider.group, one, blocks, hcl);
    return group && (group.blocks.some(({ type }) => type === provider.inline) || rulesOf(group).length > 0)
      ? group
      : undefined;
  });
  const found = groups.flatMap((group) => group ?? []);
  if (found.length === 0 || found.length < groups.length) return null;
  return { groups: found, rules: new Set([...found, ...found.flatMap(rulesOf)]) };
}

/**
 * Firewalls let in to the machines with one of their tags, or to all of the network where they name none
 * (https://cloud.google.com/firewall/docs/firewalls); what none lets in stays out.
 */
function firewallsOf(machine: Block, blocks: readonly Block[], hcl: Hcl): Walls | null {
  const list = (block: Block, name: string) => {
    const stretch = block.attributes.get(name);
    return (stretch ? hcl.elements(stretch) : []).flatMap((one) => hcl.value(one)?.text ?? []);
  };
  const tags = list(machine, 'tags');
  const around = blocks.filter((block) => {
    if (block.labels[0] !== 'google_compute_firewall' || !block.blocks.some(({ type }) => type === 'allow'))
      return false;
    if (block.attributes.has('target_service_accounts')) return false;
    const targets = list(block, 'target_tags');
    return targets.length === 0 || targets.some((tag) => tags.includes(tag));
  });
  return around.length > 0 ? { groups: around, rules: new Set(around) } : null;
}

function find(kind: string, { from, to }: Stretch, blocks: readonly Block[], hcl: Hcl): Block | undefined {
  const named = reference({ from, to }, hcl);
  return blocks.find((block) => block.labels[0] === kind && referenceTo(block) === named);
}

/** `aws_security_group.web` in `aws_security_group.web.id`. */
function reference({ from, to }: Stretch, hcl: Hcl): string {
  return hcl.source.text
    .slice(from, to)
    .trim()
    .replace(/\.(id|name)$/, '');
}

function referenceTo({ labels }: Block): string {
  return labels.slice(0, 2).join('.');
}
