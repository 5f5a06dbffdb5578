import { Collector } from '../../deployment/collector.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { addCrossOrigin, addServerConfig, addTunnels } from './applications.ts';
import { signIn } from './auth-signs.ts';
import { Bindings, importedNames } from './bindings.ts';
import { addClients } from './clients.ts';
import { addCommands } from './commands.ts';
import { addEnvironment } from './environment.ts';
import { addModes } from './files.ts';
import { addServers, type World } from './servers.ts';
import { Module } from './syntax.ts';
import { addContexts } from './tls.ts';

/** Code that is run to try something or to show it, not to serve. */
const ASIDE =
  /(^|\/)(tests?|testing|__tests__|examples?|samples?|docs?|documentation|benchmarks?|tutorials?|notebooks?|cookbooks?|demos?|evals?)\/|(^|\/)(test_[\w-]+|[\w-]+_test|conftest|example[\w-]*|demo[\w-]*)\.pyw?$/i;
const APPLICATION_PART = /^(app|application|router|api|\w*_router|\w*_app|create_app|build_app|\w+_routes)$/;
/** Nobody writes such code, and the parser's recovery takes time by the square of it. */
const DEEPEST = 200;
const MOST_NEIGHBOURS = 12;

export const python: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const file = source.file.split('\0')[0] ?? source.file;
    const aside = ASIDE.test(file);
    if (tooDeep(source.text)) {
      out.trouble(source.span(0, 0), `python: brackets are nested deeper than ${DEEPEST} levels`);
      return out.declarations;
    }
    const module = new Module(source.text);
    const { others, unseen } = await neighbours(module, source, context);
    const bindings = new Bindings(source.file, module, others);
    const world: World = { bindings, file: source.file, example: context.example || aside, unseenParts: unseen };
    addServers(world, out);
    addTunnels(world, out);
    if (/(^|[/_.-])gunicorn[\w.-]*\.py$/i.test(file)) addServerConfig(world, 'gunicorn', out);
    if (/(^|[/_.-])hypercorn[\w.-]*\.py$/i.test(file)) addServerConfig(world, 'hypercorn', out);
    addCommands(world, out);
    addClients(bindings, aside || context.example, (client) => out.clients.push(client));
    addCrossOrigin(bindings, out);
    addModes(bindings, out);
    addContexts(bindings, out);
    if (!aside) addEnvironment(bindings, out);
    const [error] = module.errors;
    if (error !== undefined && out.processes.length + out.clients.length > 0)
      out.trouble(source.span(error, error), 'python: not understood from here; what follows may be missed');
    return out.declarations;
  },
};

function tooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x28 || code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x29 || code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** Settings that it takes from modules beside it, and whether the application has parts that nobody has seen. */
async function neighbours(
  module: Module,
  source: SourceText,
  context: ReadContext,
): Promise<{ readonly others: ReadonlyMap<string, Bindings>; readonly unseen: boolean }> {
  const others = new Map<string, Bindings>();
  const read = new Map<string, Bindings | null>();
  let unseen = false;
  const serves = /\b(uvicorn|run_app|hypercorn|\.run\(|launch\()/.test(module.text);
  if (!serves) return { others, unseen };
  const included = new Set([...module.text.matchAll(/include_router\(\s*(\w+)/g)].map((match) => match[1]));
  for (const { local, from } of importedNames(module)) {
    if (from === null) continue;
    const isPart = APPLICATION_PART.test(local) || included.has(local);
    const isSettings = /settings|config|conf$|cfg|^[A-Z_]*(HOST|PORT|SSL|CERT|KEY|VERIFY)[A-Z_]*$/i.test(local);
    if ((!isPart && !isSettings) || read.size >= MOST_NEIGHBOURS) continue;
    if (!read.has(from)) read.set(from, await moduleAt(from, local, source, context));
    const found = read.get(from);
    if (found && isSettings) others.set(local, found);
    if (isPart && /^(fastapi|flask|starlette|gradio|aiohttp|quart|sanic)\b/.test(from)) continue;
    if (isPart && (!found || signIn(found.module))) unseen = true;
  }
  return { others, unseen };
}

async function moduleAt(
  from: string,
  name: string,
  source: SourceText,
  context: ReadContext,
): Promise<Bindings | null> {
  const dots = /^\.*/.exec(from)?.[0].length ?? 0;
  const path = from.slice(dots).replaceAll('.', '/');
  const up = dots > 1 ? '../'.repeat(dots - 1) : '';
  const parts = path.split('/');
  const folder = /([^/]+)\/[^/]*$/.exec(source.file)?.[1];
  // `from app.config import settings` inside of `app/` means the file beside it.
  const shorter = dots === 0 && parts.length > 1 && parts[0] === folder ? parts.slice(1).join('/') : null;
  const candidates = [
    `${up}${path}.py`,
    `${up}${path}/${name}.py`,
    `${up}${path}/__init__.py`,
    ...(shorter ? [`${shorter}.py`] : []),
  ];
  for (const candidate of candidates) {
    const text = /^\/|^\.py$/.test(candidate) ? null : await context.neighbour(candidate);
    if (text) return new Bindings(text.file, new Module(text.text));
  }
  return null;
}
