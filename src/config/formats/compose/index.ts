import { Collector } from '../../deployment/collector.ts';
import { type DeclaredMode, NO_DECLARATIONS, type Publication } from '../../deployment/declarations.ts';
import type { Lookup } from '../../source/interpolation.ts';
import { get, scalar } from '../../yaml/node.ts';
import type { ConfigFormat } from '../format.ts';
import { configContents } from './contents.ts';
import { declaredModes } from './modes.ts';
import { publications } from './ports.ts';
import { openProject, topLevel } from './project.ts';
import { declaredProcess, processId } from './service.ts';
import { isTrue } from './values.ts';

export const compose: ConfigFormat = {
  async read(source, context) {
    const { root, file, troubles } = await openProject(source, context);
    // Only `.env` beside the project fills `${}`; what stands in `env_file:` alone does not.
    const dotenv = new Map(((await context.environment('.env', file)) ?? []).map(({ name, value }) => [name, value]));
    const lookup: Lookup = (name) => dotenv.get(name);
    const internalNetworks = new Set(
      topLevel(root, 'networks').flatMap(({ key, value }) => (isTrue(get(value, 'internal')) ? [key] : [])),
    );
    const files = new Map(
      (['secrets', 'configs'] as const).flatMap((kind) =>
        topLevel(root, kind).flatMap(({ key, value }) => {
          const path = scalar(get(value, 'file'));
          return path ? [[`${kind}/${key}`, path] as const] : [];
        }),
      ),
    );
    const scope = { project: file, lookup, context, internalNetworks, files };
    const services = topLevel(root, 'services').filter(({ value }) => value.kind === 'map');
    const processes = await Promise.all(services.map((service) => declaredProcess(service, scope)));
    const published = services.flatMap(({ key, value }): readonly Publication[] => {
      // Ports of a container in the host's network, or in another's, are discarded.
      const mode = scalar(get(value, 'network_mode'))?.text ?? '';
      if (mode === 'host' || mode.includes(':')) return [];
      return publications(processId(file, key), get(value, 'ports'), lookup);
    });
    const modes: readonly DeclaredMode[] = declaredModes(root, lookup);
    const out = new Collector();
    out.add({ ...NO_DECLARATIONS, processes, publications: published, modes, troubles });
    out.add(await configContents(root, file, source, context));
    return out.declarations;
  },
};
