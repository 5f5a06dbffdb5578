import type { SourceText } from '../../source/source-text.ts';
import { get, oneOrMore, scalar, type YamlEntry, type YamlMap, type YamlNode } from '../../yaml/node.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ReadContext } from '../format.ts';
import { overlay } from './merge.ts';

/*
 * A project is a file with its override laid over it, the files it includes, and the services it extends. What is
 * missing or goes in circles is said and left out.
 */

export interface Project {
  readonly root: YamlNode | null;
  /** The file it is named after: the base where this is an override. */
  readonly file: string;
  readonly troubles: readonly Trouble[];
}

interface Trouble {
  readonly span: YamlEntry['span'];
  readonly what: string;
}

const BASE = /(^|\/)(docker-)?compose\.ya?ml$/;
const OVERRIDE = /(^|\/)((docker-)?compose)\.override\.(ya?ml)$/;
const DEEPEST = 8;

export async function openProject(source: SourceText, context: ReadContext): Promise<Project> {
  const reading = new Reading(context);
  const override = OVERRIDE.exec(source.file);
  if (override) {
    for (const name of [`${override[2]}.yml`, `${override[2]}.yaml`]) {
      const base = await context.neighbour(name);
      if (base) return reading.whole(base);
    }
  }
  return reading.whole(source);
}

class Reading {
  readonly #context: ReadContext;
  readonly #troubles: Trouble[] = [];

  constructor(context: ReadContext) {
    this.#context = context;
  }

  async whole(source: SourceText): Promise<Project> {
    let root = await this.#included(this.#parse(source), [source.file]);
    const base = BASE.exec(source.file);
    if (base && root) {
      const stem = source.file.slice(source.file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
      for (const name of [`${stem}.override.yml`, `${stem}.override.yaml`]) {
        const over = await this.#context.neighbour(name, source.file);
        const parsed = over ? await this.#included(this.#parse(over), [over.file]) : null;
        if (parsed) root = overlay(root, parsed);
      }
    } else if (root) root = await this.#onBase(root, source);
    const services = get(root, 'services');
    if (root && root.kind !== 'map' && scalar(root)?.text !== '')
      this.#troubles.push({ span: root.span, what: 'expected a mapping that holds services' });
    if (services?.kind === 'list') this.#troubles.push({ span: services.span, what: 'expected services by name' });
    if (root?.kind !== 'map' || services?.kind !== 'map') return { root, file: source.file, troubles: this.#troubles };
    const extended: YamlEntry[] = [];
    for (const service of services.entries) {
      extended.push({ ...service, value: await this.#extended(service.value, services, [service.key], 0) });
    }
    return { root: withServices(root, extended), file: source.file, troubles: this.#troubles };
  }

  #parse(source: SourceText): YamlNode | null {
    const { documents, troubles } = readYaml(source);
    this.#troubles.push(...troubles);
    return documents.find((document) => get(document, 'services') !== undefined) ?? documents[0] ?? null;
  }

  /** A fragment that is meant to be laid over `compose.yaml` gets from there what it does not say itself. */
  async #onBase(root: YamlNode, source: SourceText): Promise<YamlNode> {
    const services = get(root, 'services');
    if (services?.kind !== 'map') return root;
    const lacking = services.entries.filter(({ value }) => !startsSomething(value));
    if (lacking.length === 0) return root;
    for (const name of ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']) {
      const base = await this.#context.neighbour(name, source.file);
      const below = base && base.file !== source.file ? get(this.#parse(base), 'services') : undefined;
      if (below?.kind !== 'map') continue;
      const merged = services.entries.map((item) => {
        const under = below.entries.find(({ key }) => key === item.key);
        return under && lacking.includes(item) ? { ...item, value: overlay(under.value, item.value) } : item;
      });
      return withServices(root as YamlMap, merged);
    }
    return root;
  }

  async #included(root: YamlNode | null, trail: readonly string[]): Promise<YamlNode | null> {
    let result = root;
    for (const item of oneOrMore(get(root, 'include'))) {
      const paths = item.kind === 'map' ? oneOrMore(get(item, 'path')) : [item];
      for (const path of paths) {
        const node = scalar(path);
        if (!node) continue;
        const source = await this.#context.neighbour(node.text, node.span.file);
        if (source === null)
          this.#troubles.push({ span: node.span, what: `includes ${node.text}, which is not there` });
        else if (trail.includes(source.file) || trail.length > DEEPEST) {
          this.#troubles.push({ span: node.span, what: `includes ${node.text}, which leads back here` });
        } else {
          const more = await this.#included(this.#parse(source), [...trail, source.file]);
          if (more && result) result = overlay(more, result);
        }
      }
    }
    return result;
  }

  async #extended(service: YamlNode, services: YamlMap, trail: readonly string[], depth: number): Promise<YamlNode> {
    const written = get(service, 'extends');
    const name = scalar(written)?.text ?? scalar(get(written, 'service'))?.text;
    if (!written || name === undefined) return service;
    const file = scalar(get(written, 'file'));
    let among: YamlMap | undefined = services;
    if (file) {
      const source = await this.#context.neighbour(file.text, file.span.file);
      const found = source ? get(this.#parse(source), 'services') : undefined;
      among = found?.kind === 'map' ? found : undefined;
    }
    const base = among?.entries.find(({ key }) => key === name);
    const mark = `${file?.text ?? ''}#${name}`;
    if (!base || !among) this.#troubles.push({ span: written.span, what: `extends ${name}, which is not there` });
    else if (trail.includes(mark) || (!file && trail[0] === name) || depth > DEEPEST) {
      this.#troubles.push({ span: written.span, what: `extends ${name}, which leads back here` });
    } else return overlay(await this.#extended(base.value, among, [...trail, mark], depth + 1), service);
    return service;
  }
}

function startsSomething(service: YamlNode): boolean {
  return ['image', 'build', 'extends'].some((key) => get(service, key) !== undefined);
}

function withServices(root: YamlMap, services: readonly YamlEntry[]): YamlMap {
  const entries = root.entries.map((item) =>
    item.key === 'services' && item.value.kind === 'map'
      ? { ...item, value: { ...item.value, entries: services } }
      : item,
  );
  return { ...root, entries };
}

export function topLevel(root: YamlNode | null, key: string): readonly YamlEntry[] {
  const node = get(root, key);
  return node?.kind === 'map' ? node.entries : [];
}
