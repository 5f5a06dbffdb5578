import { openDeployables } from '../../src/catalogue/builtin.ts';
import type { Value } from '../../src/config/deployment/value.ts';
import { evaluate, type ServiceView } from '../../src/config/services/evaluate.ts';
import { type Recognition, recognise } from '../../src/config/services/recognise.ts';
import type { Deployable } from '../../src/model/deploy.ts';
import type { Span } from '../../src/model/span.ts';

/** A process as a file would declare it, written short. Text with `$` is a value nobody resolved. */
export interface ShortProcess {
  readonly name?: string;
  readonly image?: string;
  /** Whole command line, split at spaces; `''` is an empty word. */
  readonly run?: string;
  readonly args?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly unseen?: readonly (string | null)[];
  readonly config?: Readonly<Record<string, string>>;
  readonly ports?: readonly number[];
  readonly near?: readonly string[];
}

const span: Span = { file: 'deploy.yaml', start: 0, end: 0 };

export function value(text: string): Value {
  const common = { text, span, via: [] };
  return text.includes('$')
    ? { kind: 'unresolved', ...common, why: 'not set anywhere' }
    : { kind: 'explicit', ...common };
}

function words(line: string): Value[] {
  return line.split(' ').map((word) => value(word === "''" ? '' : word));
}

function environmentOf({ env = {} }: ShortProcess): { name: string; value: Value }[] {
  return Object.entries(env).map(([name, text]) => ({ name, value: value(text) }));
}

let deployables: Promise<readonly Deployable[]> | undefined;

/** What ships with the program, opened once a test process. */
export function builtinDeployables(): Promise<readonly Deployable[]> {
  deployables ??= openDeployables();
  return deployables;
}

export async function recognised(short: ShortProcess): Promise<Recognition | null> {
  return recognise(
    {
      name: short.name ?? 'app',
      aliases: [],
      image: short.image === undefined ? null : value(short.image),
      argv: short.run === undefined ? null : words(short.run),
      args: short.args === undefined ? null : words(short.args),
      ...(short.ports ? { ports: short.ports } : {}),
      ...(short.near ? { near: short.near } : {}),
      environment: environmentOf(short),
    },
    await builtinDeployables(),
  );
}

/** @throws when nothing is recognised. */
export async function viewed(short: ShortProcess): Promise<ServiceView> {
  const recognition = await recognised(short);
  if (!recognition) throw new Error(`nothing recognised in ${JSON.stringify(short)}`);
  return evaluate(
    recognition,
    {
      image: short.image === undefined ? null : value(short.image),
      args: short.args === undefined ? null : words(short.args),
      environment: environmentOf(short),
      unseenEnvironment: (short.unseen ?? []).map((name) => ({ name, span })),
      span,
    },
    {
      config: Object.entries(short.config ?? {}).map(([setting, text]) => ({ setting, value: value(text) })),
      unseenConfig: [],
    },
  );
}

/** `address:port` of the main listener, with `?` for what is not known. */
export function doorOf({ listeners: [main] }: ServiceView): string {
  return `${main?.address.text ?? '?'}:${main?.port.text ?? '?'}`;
}
