import { groupBy } from '../../../model/group-by.ts';
import type { Stretch } from './expressions.ts';
import type { Block, Hcl } from './hcl.ts';

/** What stands around a machine: groups or firewalls, and every block that holds a rule of them. */
export interface Walls {
  readonly groups: readonly Block[];
  readonly rules: ReadonlySet<Block>;
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
type Provider = typeof AWS | typeof AZURE;

/** What a file has of walls, gone through once for all of its machines: found by name, by whose rule it is, and by tag. */
export class Surroundings {
  readonly #hcl: Hcl;
  readonly #byName: ReadonlyMap<string, readonly Block[]>;
  readonly #rules: ReadonlyMap<Provider, ReadonlyMap<string, readonly Block[]>>;
  /** Groups of Azure by the interface or subnet they are put around. */
  readonly #associated: ReadonlyMap<string, readonly Stretch[]>;
  readonly #firewalls: { readonly forAll: readonly Block[]; readonly byTag: ReadonlyMap<string, readonly Block[]> };
  readonly #order: ReadonlyMap<Block, number>;
  /** Machines with the same tags have the same firewalls. */
  readonly #byTags = new Map<string, Walls | null>();

  constructor(blocks: readonly Block[], hcl: Hcl) {
    this.#hcl = hcl;
    this.#order = new Map(blocks.map((block, place) => [block, place]));
    this.#byName = groupBy(blocks, referenceTo);
    this.#rules = new Map([AWS, AZURE].map((provider) => [provider, this.#rulesOf(provider, blocks)]));
    this.#associated = this.#associations(blocks);
    this.#firewalls = this.#firewallsOf(blocks);
  }

  /** Null: some of it is not in this file, or nothing is told of it. */
  around(machine: Block): Walls | null {
    const [kind = ''] = machine.labels;
    if (kind.startsWith('google_compute_instance')) return this.#google(machine);
    return kind.startsWith('azurerm_') ? this.#azure(machine) : this.#aws(machine);
  }

  #aws(machine: Block): Walls | null {
    const stretch = machine.attributes.get('vpc_security_group_ids') ?? machine.attributes.get('security_groups');
    return stretch ? this.#told(this.#hcl.elements(stretch), AWS) : null;
  }

  /** A group stands around an interface, or around the subnet that the interface is in. */
  #azure(machine: Block): Walls | null {
    const own = machine.blocks.flatMap(({ attributes }) => attributes.get('network_security_group_id') ?? []);
    const ids = machine.attributes.get('network_interface_ids');
    const interfaces = (ids ? this.#hcl.elements(ids) : []).flatMap(
      (one) => this.#find('azurerm_network_interface', one) ?? [],
    );
    const places = interfaces.flatMap((one) => [
      referenceTo(one),
      ...one.blocks.flatMap(({ attributes }) => {
        const subnet = attributes.get('subnet_id');
        return subnet ? [reference(subnet, this.#hcl)] : [];
      }),
    ]);
    return this.#told([...own, ...places.flatMap((place) => this.#associated.get(place) ?? [])], AZURE);
  }

  /**
   * Firewalls let in to the machines with one of their tags, or to all of the network where they name none
   * (https://cloud.google.com/firewall/docs/firewalls); what none lets in stays out.
   */
  #google(machine: Block): Walls | null {
    const { forAll, byTag } = this.#firewalls;
    const tags = this.#list(machine, 'tags').filter((tag) => byTag.has(tag));
    const alike = tags.join('\n');
    const known = this.#byTags.get(alike);
    if (known !== undefined) return known;
    const found = new Set([...forAll, ...tags.flatMap((tag) => byTag.get(tag) ?? [])]);
    const around = [...found].sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
    const walls = around.length > 0 ? { groups: around, rules: new Set(around) } : null;
    this.#byTags.set(alike, walls);
    return walls;
  }

  #told(named: readonly Stretch[], provider: Provider): Walls | null {
    const rulesOf = (group: Block) => this.#rules.get(provider)?.get(referenceTo(group)) ?? [];
    const groups = named.map((one) => {
      const group = this.#find(provider.group, one);
      return group && (group.blocks.some(({ type }) => type === provider.inline) || rulesOf(group).length > 0)
        ? group
        : undefined;
    });
    const found = groups.flatMap((group) => group ?? []);
    if (found.length === 0 || found.length < groups.length) return null;
    return { groups: found, rules: new Set([...found, ...found.flatMap(rulesOf)]) };
  }

  #rulesOf({ rule, of }: Provider, blocks: readonly Block[]): ReadonlyMap<string, readonly Block[]> {
    const all = blocks.filter(({ labels, attributes }) => rule.test(labels[0] ?? '') && attributes.has(of));
    return groupBy(all, ({ attributes }) => reference(attributes.get(of) as Stretch, this.#hcl));
  }

  #associations(blocks: readonly Block[]): ReadonlyMap<string, readonly Stretch[]> {
    const pairs = blocks.flatMap(({ labels, attributes }) => {
      if (!/^azurerm_(network_interface|subnet)_(network_)?security_group_association$/.test(labels[0] ?? ''))
        return [];
      const place = attributes.get('network_interface_id') ?? attributes.get('subnet_id');
      const group = attributes.get('network_security_group_id');
      return place && group ? [{ place: reference(place, this.#hcl), group }] : [];
    });
    const groups = groupBy(pairs, ({ place }) => place);
    return new Map([...groups].map(([place, found]) => [place, found.map(({ group }) => group)]));
  }

  #firewallsOf(blocks: readonly Block[]) {
    const all = blocks
      .filter(
        ({ labels, blocks, attributes }) =>
          labels[0] === 'google_compute_firewall' &&
          blocks.some(({ type }) => type === 'allow') &&
          !attributes.has('target_service_accounts'),
      )
      .map((block) => ({ block, targets: this.#list(block, 'target_tags') }));
    const pairs = all.flatMap(({ block, targets }) => targets.map((tag) => ({ tag, block })));
    const groups = groupBy(pairs, ({ tag }) => tag);
    return {
      forAll: all.filter(({ targets }) => targets.length === 0).map(({ block }) => block),
      byTag: new Map([...groups].map(([tag, found]) => [tag, found.map(({ block }) => block)])),
    };
  }

  #list(block: Block, name: string): readonly string[] {
    const stretch = block.attributes.get(name);
    return (stretch ? this.#hcl.elements(stretch) : []).flatMap((one) => this.#hcl.value(one)?.text ?? []);
  }

  #find(kind: string, stretch: Stretch): Block | undefined {
    const named = reference(stretch, this.#hcl);
    return this.#byName.get(named)?.find(({ labels }) => labels[0] === kind);
  }
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
