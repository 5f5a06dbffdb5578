import type { CommandPattern, Deployable } from '../../model/deploy.ts';
import type { ServiceIndex } from './index-of.ts';
import { matchesCommand } from './recognise-command.ts';
import type { Unwrapped } from './unwrap.ts';

export interface CommandHit {
  readonly service: Deployable;
  readonly pattern: CommandPattern;
  readonly command: Unwrapped;
}

/**
 * The most telling pattern of each command; a server among them comes before a client. `nearby`: names and paths around
 * it, lower case.
 */
export function bestCommand(commands: readonly Unwrapped[], index: ServiceIndex, nearby: string): CommandHit | null {
  const hits = commands.flatMap((command) => commandHit(command, index, nearby) ?? []);
  return hits.find(({ pattern }) => pattern.serves) ?? hits[0] ?? null;
}

function commandHit(command: Unwrapped, index: ServiceIndex, nearby: string): CommandHit | null {
  const entries = index.commandsOf(command.argv[0]?.text ?? '');
  if (entries.length === 0) return null;
  const around = `${nearby}\n${command.argv.map(({ text }) => text.toLowerCase()).join('\n')}`;
  let best: CommandHit | null = null;
  for (const { service, pattern } of entries) {
    if (best && weight(pattern) <= weight(best.pattern)) continue;
    if (!matchesCommand(command.argv, pattern)) continue;
    if (pattern.near.length > 0 && !pattern.near.some((word) => around.includes(word))) continue;
    best = { service, pattern, command };
  }
  return best;
}

/** More words say more. */
function weight({ words, near }: CommandPattern): number {
  return words.join(' ').length + words.length * 20 - (near.length > 0 ? 10 : 0);
}
