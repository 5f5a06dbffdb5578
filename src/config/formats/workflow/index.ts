import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { SourceText } from '../../source/source-text.ts';
import { embeddedScalar } from '../../yaml/embedded.ts';
import { entries, get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { scalarValue } from '../settings/flatten.ts';

/** Variables that are worth a word although a workflow's machine lives for minutes only. */
const TELLING = /VERIFY|REJECT_UNAUTHORIZED|INSECURE|CA_BUNDLE|SSL_CERT|PYTHONHTTPSVERIFY/i;

/**
 * GitHub workflows. What they start is gone when the job ends and nobody reaches it from elsewhere, so services are
 * examples without publications; what their steps switch off and which files they write counts.
 */
export const workflow: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readYaml(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    const root = documents[0] ?? undefined;
    addVariables(get(root, 'env'), out);
    for (const { value: job } of entries(get(root, 'jobs')).slice(0, 200)) {
      addVariables(get(job, 'env'), out);
      for (const { key, value } of entries(get(job, 'services'))) addService(`${source.file}#${key}`, key, value, out);
      await addSteps(get(job, 'steps'), source, context, out);
    }
    await addSteps(get(root, 'runs', 'steps'), source, context, out);
    return out.declarations;
  },
};

function addVariables(node: YamlNode | undefined, out: Collector): void {
  for (const { key, value } of entries(node))
    if (value.kind === 'scalar' && TELLING.test(key)) out.variables.push({ name: key, value: scalarValue(value) });
}

function addService(id: string, name: string, service: YamlNode, out: Collector): void {
  const image = scalar(get(service, 'image')) ?? scalar(service);
  if (!image) return;
  const environment = entries(get(service, 'env')).flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [{ name: key, value: scalarValue(value) }] : [],
  );
  const network = { kind: 'own', networks: [], internal: false } as const;
  out.processes.push({
    ...bareProcess(id, name, image.span),
    aliases: [name],
    image: scalarValue(image),
    environment,
    network,
    example: true,
  });
}

async function addSteps(
  node: YamlNode | undefined,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  for (const step of items(node).slice(0, 500)) {
    addVariables(get(step, 'env'), out);
    const run = scalar(get(step, 'run'));
    if (!run || /pwsh|powershell|cmd|python/.test(scalar(get(step, 'shell'))?.text ?? '')) continue;
    const { clients, modes, variables } = await context.nested('shell', embeddedScalar(source, run, null));
    for (const client of clients) out.clients.push(client);
    for (const mode of modes) out.modes.push(mode);
    for (const variable of variables) if (TELLING.test(variable.name)) out.variables.push(variable);
  }
}
