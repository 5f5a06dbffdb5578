import { fileURLToPath } from 'node:url';

/** Where `test/run.ts` puts what tests start as processes of their own: a path below test/, without its ending. */
export function compiled(name: string): string {
  return fileURLToPath(new URL(`../../dist/test/${name}.js`, import.meta.url));
}
