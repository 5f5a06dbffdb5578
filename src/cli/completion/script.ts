import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { completedCommands } from './words.ts';
import { zshCompletion } from './zsh.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export async function completionScript(shell: keyof typeof SCRIPTS): Promise<string> {
  return SCRIPTS[shell](await completedCommands());
}
