import { stringify } from 'yaml';
import type { Options } from 'yargs';
import type { ConfiguredCommand } from '../model/postern-config.ts';
import type { System } from '../system/ports.ts';
import { type Configured, camel } from './configured.ts';
import type { ExitCode } from './context.ts';

/** Of one run, or secret: these have no place in a file. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'notify',
  'notify-format',
  'notify-on',
  'notify-secret-env',
  'header',
  'plan',
  'resume',
  'output',
  'format',
]);

/** What a command would go by, as a configuration file, each value with the place it comes from. */
export async function printConfig(
  command: ConfiguredCommand,
  options: Readonly<Record<string, Options>>,
  { args, config, file, origins }: Configured<object>,
  system: System,
): Promise<ExitCode> {
  const at = (...path: (string | number)[]): string => file?.at(path) ?? 'default';
  const names = [...[...origins.keys()].filter((name) => !(name in options)), ...Object.keys(options)];
  const lines = names
    .filter((name) => !LEFT_OUT.has(name))
    .map((name) => {
      const origin = origins.get(name);
      if (origin !== undefined)
        return `  ${name}: ${oneLine((args as Readonly<Record<string, unknown>>)[camel(name)])}  # ${origin}`;
      const { defaultDescription: preset, boolean } = options[name] ?? {};
      return `  # ${name}: ${preset ?? (boolean ? 'false' : 'none')}  (default)`;
    });
  const trust = config.trust.map(
    ({ targets, ca }, index) => `    - ${oneLine({ targets, ca })}  # ${at('tls', 'trust', index)}`,
  );
  if (command === 'tls' && trust.length > 0) lines.push('  trust:', ...trust);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['rules', Object.entries(config.rules).map(([id, rule]) => `  ${id}: ${oneLine(rule)}  # ${at('rules', id)}`)],
    ['tls', command === 'tls' ? [] : trust.length > 0 ? ['  trust:', ...trust] : []],
    ['output', config.output.map((output, index) => `  - ${oneLine(output)}  # ${at('output', index)}`)],
    ['notify', config.notify === null ? [] : [`  url: ${new URL(config.notify.url).origin}/…  # ${config.notify.at}`]],
  ];
  const written = sections.flatMap(([name, body]) => (body.length > 0 ? [`${name}:`, ...body] : []));
  const head = file === null ? 'no configuration file' : file.path;
  await system.terminal.out(
    [`# ${head}`, 'schema: postern/config/1', `${command}:`, ...lines, ...written, ''].join('\n'),
  );
  return 0;
}

/** Flow style, so that a comment fits behind it. */
function oneLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
