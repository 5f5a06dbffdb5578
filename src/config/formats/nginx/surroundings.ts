import type { ReadContext } from '../format.ts';
import { inside, type Scope } from './scope.ts';
import { type Directive, parseNginx } from './syntax.ts';

/** Where the main file stands, seen from one that it includes. */
const MAIN = ['../nginx.conf', 'nginx.conf', '../nginx.conf.template', '../../nginx.conf'];

/** The `http` block that includes this file, and with it what its servers inherit; null when it is not in the tree. */
export async function surroundingHttp(file: string, context: ReadContext): Promise<Scope | null> {
  for (const path of MAIN) {
    const source = await context.neighbour(path, file);
    if (!source || source.file === file) continue;
    const { directives } = parseNginx(source);
    const http = directives.find(({ name, block }) => name === 'http' && block?.some((one) => includes(one, file)));
    if (http?.block) return inside(inside(null, directives), http.block);
  }
  return null;
}

/** `include conf.d/*.conf` includes what stands in a folder of that name; a pattern is a pattern of names only. */
function includes({ name, args: [path] }: Directive, file: string): boolean {
  if (name !== 'include' || !path) return false;
  const [folder = '', pattern = ''] = path.text.split('/').slice(-2);
  const [own = '', called = ''] = file.split('/').slice(-2);
  if (called !== '' && folder !== '' && path.text.includes('/') && own !== folder) return false;
  const star = pattern.indexOf('*');
  const suffix = pattern.slice(star + 1);
  const target = called === '' ? own : called;
  if (star === -1) return pattern === target;
  return target.startsWith(pattern.slice(0, star)) && (suffix.includes('*') || target.endsWith(suffix));
}
