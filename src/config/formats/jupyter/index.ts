import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { Value } from '../../deployment/value.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { Bindings } from '../python/bindings.ts';
import { Evaluator } from '../python/evaluate.ts';
import { childrenOf, Module } from '../python/syntax.ts';

/** `jupyter_server_config.py` and its kin: assignments to `c.Application.trait`. */
export const jupyter: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const file = source.file.split('\0')[0] ?? source.file;
    const id = `${file}#jupyter`;
    const module = new Module(source.text);
    const evaluator = new Evaluator(new Bindings(source.file, module));
    let first: Value | null = null;
    for (const statement of module.assignments) {
      const parts = childrenOf(statement);
      const [target] = parts;
      const value = parts.at(-1);
      const [, setting] = target ? (/^c\.([A-Z]\w*\.\w+)$/.exec(module.textOf(target)) ?? []) : [];
      if (!setting || !value) continue;
      const found = evaluator.evaluate(value).value;
      first ??= found;
      out.settings.push({ setting, value: found, process: id });
    }
    if (first && !/hub/i.test(file)) {
      const { span } = first;
      const network = (await inContainer(context))
        ? ({ kind: 'unresolved', span } as const)
        : ({ kind: 'host', span: null } as const);
      const argv = ['jupyter', 'lab'].map((text) => ({ kind: 'default' as const, text, span, via: [] }));
      out.processes.push({ ...bareProcess(id, 'jupyter', span), argv, network, example: context.example });
    }
    return out.declarations;
  },
};

/** Beside a Dockerfile or a compose file the configuration is most likely that of a container. */
async function inContainer(context: ReadContext): Promise<boolean> {
  const names = [...((await context.neighbours('.')) ?? []), ...((await context.neighbours('..')) ?? [])];
  return names.some((name) => /^(Docker|Container)file|^(docker-)?compose[\w.-]*\.ya?ml$/i.test(name));
}
