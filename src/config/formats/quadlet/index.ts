import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { DeclaredProcess } from '../../deployment/declarations.ts';
import { valueAt } from '../../ini/environment.ts';
import { published } from '../../ini/published.ts';
import { Settings } from '../../ini/settings.ts';
import type { ConfigFormat } from '../format.ts';
import { openUnit } from '../systemd/unit.ts';
import { containerOf, networkOf } from './container.ts';
import { podmanOptions } from './podman-options.ts';

/** Podman's quadlets: `.container`, `.pod` and `.kube` files, with drop-ins as units have them. */
export const quadlet: ConfigFormat = {
  async read(source, context) {
    const unit = await openUnit(source, context);
    const out = new Collector();
    out.troubles.push(...unit.troubles);
    if (unit.belongsElsewhere) return out.declarations;
    const has = (name: string): boolean => unit.sections.some((section) => section.name === name);
    const id = `${source.file}#${unit.name}`;
    if (has('Container')) {
      const settings = new Settings(unit.sections, 'Container');
      for (const { value, span } of settings.all('EnvironmentFile')) {
        out.references.push({ path: valueAt(value), role: 'environment', optional: false, span });
      }
      const { process, ports } = await containerOf(unit, id, context);
      out.processes.push(process);
      // A container that has the host's network, or a pod's, publishes nothing itself.
      if (process.network.kind !== 'host' && process.network.kind !== 'shared') {
        out.publications.push(...ports.map((port) => published(id, port, process.span)));
      }
    } else if (has('Pod') || has('Kube')) {
      const settings = new Settings(unit.sections, has('Pod') ? 'Pod' : 'Kube');
      const options = podmanOptions(settings.all('PodmanArgs'));
      const span = unit.sections[0]?.span ?? source.span(0, 0);
      const process: DeclaredProcess = {
        ...bareProcess(id, unit.name, span),
        aliases: [settings.last('PodName')?.value.text ?? `systemd-${unit.name}`],
        network: networkOf(settings, options.networks),
        example: context.example,
      };
      const ports = [...settings.all('PublishPort').map(({ value }) => value), ...options.ports];
      out.processes.push(process);
      if (process.network.kind !== 'host') out.publications.push(...ports.map((port) => published(id, port, span)));
      const yaml = settings.last('Yaml');
      if (yaml) out.references.push({ path: valueAt(yaml.value), role: 'include', optional: false, span: yaml.span });
    }
    return out.declarations;
  },
};
