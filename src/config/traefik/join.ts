import { bareProcess } from '../deployment/collector.ts';
import type { DeclaredProcess, DeclaredProxy, DeclaredSetting, DeclaredTls } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import { directoryOf, isWithin } from '../source/paths.ts';
import { fromCommand, fromLabels, isTraefik } from './from-process.ts';
import { TraefikModel } from './model.ts';
import { traefikProxies } from './proxies.ts';
import type { TraefikPart } from './setting.ts';
import { tcpProxies } from './tcp.ts';
import { traefikTls } from './tls.ts';

export interface TraefikAnswer {
  readonly proxies: readonly DeclaredProxy[];
  readonly tls: readonly DeclaredTls[];
  readonly settings: readonly DeclaredSetting[];
  /** What a file of its own starts: no container of the tree is seen to read it. */
  readonly processes: readonly DeclaredProcess[];
}

/** Traefik is told what to do by many files at once: each stack's parts are put together before they mean anything. */
export function joinTraefik(processes: readonly DeclaredProcess[], files: readonly TraefikPart[]): TraefikAnswer {
  const stacks = new Map<string, Stack>();
  const stackAt = (place: string, directory = place): Stack => {
    const known = stacks.get(place) ?? { directory, parts: [], owner: null };
    stacks.set(place, known);
    return known;
  };
  const alternatives = filesOfTheirOwn(processes.filter(isTraefik));
  for (const process of processes) {
    const { file } = process.span;
    const stackOf = (): Stack => stackAt(alternatives.has(file) ? file : directoryOf(file), directoryOf(file));
    const labels = fromLabels(process);
    if (labels) stackOf().parts.push(labels);
    if (!isTraefik(process)) continue;
    const stack = stackOf();
    stack.parts.push(fromCommand(process));
    stack.owner ??= process;
  }
  for (const part of files) {
    const own = directoryOf(part.span.file);
    const directory = nearest(own, [...new Set([...stacks.values()].map((stack) => stack.directory))]) ?? own;
    const told = [...stacks.values()].filter((stack) => stack.directory === directory);
    for (const stack of told.length > 0 ? told : [stackAt(directory)]) stack.parts.push(part);
  }
  const answers = [...stacks.values()].map(({ parts, owner }) => answer(new TraefikModel(parts), owner));
  return {
    proxies: answers.flatMap(({ proxies }) => proxies),
    tls: answers.flatMap(({ tls }) => tls),
    settings: answers.flatMap(({ settings }) => settings),
    processes: answers.flatMap(({ processes }) => processes),
  };
}

interface Stack {
  readonly directory: string;
  readonly parts: TraefikPart[];
  owner: DeclaredProcess | null;
}

/** Files of one folder that each bring a Traefik are alternatives: `compose.yaml` and `compose.aws.yaml`. */
function filesOfTheirOwn(owners: readonly DeclaredProcess[]): ReadonlySet<string> {
  const files = [...new Set(owners.map(({ span }) => span.file))];
  const beside = (file: string): boolean =>
    files.some((other) => other !== file && directoryOf(other) === directoryOf(file));
  return new Set(files.filter(beside));
}

function answer(model: TraefikModel, owner: DeclaredProcess | null): TraefikAnswer {
  const insecure = model.single('api', 'insecure')?.values[0];
  const alone = insecure && !owner ? [standalone(insecure)] : [];
  const process = (owner ?? alone[0])?.id ?? null;
  const origins = model
    .all('http', 'middlewares')
    .flatMap(({ settings }) => settings)
    .filter(({ path }) => path[0] === 'headers' && path[1] === 'accesscontrolalloworiginlist')
    .flatMap(({ values }) => values);
  return {
    processes: alone,
    proxies: [...traefikProxies(model, owner?.span ?? null), ...tcpProxies(model, owner?.span ?? null)],
    tls: traefikTls(model),
    settings: [
      ...(insecure ? [{ setting: 'api.insecure', value: insecure, process }] : []),
      ...origins.map((value) => ({ setting: 'access-control-allow-origin', value, process })),
    ],
  };
}

/** The program of a file that no container is seen to mount. */
function standalone({ span }: Value): DeclaredProcess {
  return {
    ...bareProcess(`${span.file}#traefik`, 'traefik', span),
    argv: [{ kind: 'default', text: 'traefik', span, via: [] }],
    network: { kind: 'unresolved', span },
  };
}

/** The stack whose folder has most in common with a file's: one above the other. */
function nearest(directory: string, stacks: readonly string[]): string | null {
  const related = stacks.filter((stack) => isWithin(stack, directory) || isWithin(directory, stack));
  const length = (stack: string): number => (isWithin(stack, directory) ? stack.length : directory.length);
  return related.sort((a, b) => length(b) - length(a) || a.length - b.length)[0] ?? null;
}
