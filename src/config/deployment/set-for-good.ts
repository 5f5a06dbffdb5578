import { bareProcess, type Collector } from './collector.ts';
import type { Variable } from './declarations.ts';
import { known } from './value.ts';

/** `OLLAMA_HOST`, `GRADIO_SERVER_NAME`: whose it is stands in front. */
const WHERE = /^([A-Z][A-Z0-9]*)_(?:HOST|ADDR(?:ESS)?|BIND|LISTEN|SERVER_NAME)$/;

const EVERY_ADDRESS = /^(?:https?:\/\/)?(?:0\.0\.0\.0|\*|\[?::\]?)(?:[:/]\d*)?$/;

/**
 * Servers that are told to listen everywhere by what is set for whatever starts later: `setx`, `launchctl setenv`. Any other address may be where a client is to look.
 */
export function addSetForGood(
  variables: readonly Variable[],
  { file, example }: { readonly file: string; readonly example: boolean },
  out: Collector,
): void {
  const told = new Map<string, Variable>();
  for (const variable of variables) {
    const [, of] = WHERE.exec(variable.name) ?? [];
    if (of !== undefined && EVERY_ADDRESS.test(known(variable.value) ?? '')) told.set(of.toLowerCase(), variable);
  }
  for (const [name, { name: setting, value }] of told) {
    // What the same file starts with it is told as that.
    const started = out.processes.filter((process) => process.name === name);
    if (started.some(({ environment }) => environment.some((variable) => variable.name === setting))) continue;
    out.processes.push({
      ...bareProcess(`${file}#set-for-good-${name}`, name, value.span),
      environment: variables,
      example,
    });
  }
}
