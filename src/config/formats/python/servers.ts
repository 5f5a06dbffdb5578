import type { Collector } from '../../deployment/collector.ts';
import { bareProcess } from '../../deployment/collector.ts';
import type { DeclaredSetting, Gate, StatedListener } from '../../deployment/declarations.ts';
import { known, type Value } from '../../deployment/value.ts';
import { authOf } from './auth-signs.ts';
import type { Bindings } from './bindings.ts';
import { Evaluator, truthOf } from './evaluate.ts';
import { APPLICATIONS, SERVER_CALLS, type ServerCall, TUPLE } from './server-calls.ts';
import { type Call, elementsOf, type PyNode } from './syntax.ts';
import { lastName } from './tls.ts';

export interface World {
  readonly bindings: Bindings;
  readonly file: string;
  readonly example: boolean;
  /** Routes or middlewares come from modules that could not be seen. */
  readonly unseenParts: boolean;
}

/** Servers that the code starts, each as a process of the machine. */
export function addServers(world: World, out: Collector): void {
  const { bindings } = world;
  const evaluator = new Evaluator(bindings);
  let count = 0;
  for (const call of bindings.module.calls) {
    const server = serverOf(call, bindings);
    if (!server || !starts(server, call, evaluator)) continue;
    count += 1;
    if (count > 50) return;
    const id = `${world.file}#${server.what.replace(/\W+/g, '-').toLowerCase()}${count === 1 ? '' : `-${count}`}`;
    const apps = bindings.module.calls.filter(({ callee }) => APPLICATIONS.test(callee));
    const settings = settingsOf(id, server, call, apps, evaluator);
    const listener = listenerOf(world, server, call, apps, evaluator);
    out.processes.push({
      ...bareProcess(id, server.what, bindings.span(call.node)),
      argv:
        server.command?.map((text) => ({ kind: 'default', text, span: bindings.span(call.calleeNode), via: [] })) ??
        null,
      listeners: [listener],
      example: world.example,
    });
    for (const setting of settings) out.settings.push(setting);
    addShare(id, call, evaluator, listener, out);
    if (server.key.length > 0) addKeyFiles(server, call, evaluator, out);
  }
}

function serverOf(call: Call, bindings: Bindings): ServerCall | undefined {
  const name = bindings.qualified(call.callee);
  return SERVER_CALLS.find(
    (server) =>
      server.callee.test(name) &&
      (!server.imports || bindings.imports(server.imports) || tells(server, call)) &&
      fits(server, call, bindings),
  );
}

function tells({ telling = [] }: ServerCall, { keywords }: Call): boolean {
  return telling.some((name) => keywords.has(name));
}

/** `run` is a common word: what it is called on must be an application, or be told where to listen. */
function fits(server: ServerCall, call: Call, bindings: Bindings): boolean {
  if (server.name === 'app.run' || server.name === 'mcp.run') {
    if (
      call.callee === 'run' ||
      /^(subprocess|asyncio|trio|anyio|loop|uvicorn|os|self\.loop)\./.test(bindings.qualified(call.callee))
    )
      return false;
    const object = call.object;
    const made = object?.name === 'VariableName' ? bindings.lookup(object) : null;
    const maker = made ? made.bindings.callAt(made.node)?.callee : undefined;
    const mcp = server.name === 'mcp.run';
    if (maker !== undefined && APPLICATIONS.test(maker)) return /FastMCP$/.test(maker) === mcp;
    // Of what some function makes, names and arguments tell.
    if (mcp) return maker === undefined && /mcp|server/i.test(bindings.module.textOf(call.calleeNode));
    return (
      ['host', 'port', 'debug', 'ssl_context'].some((name) => call.keywords.has(name)) &&
      /app|server|flask|socketio/i.test(call.callee)
    );
  }
  if (server.name === 'listen') return call.positional.length > 0 || call.keywords.has('port');
  return true;
}

/** FastMCP talks over its standard input unless it is told a transport. */
function starts(server: ServerCall, call: Call, evaluator: Evaluator): boolean {
  if (server.name === 'launch') return !/browser|playwright|chromium|puppeteer|firefox|webkit/i.test(call.callee);
  if (server.name !== 'mcp.run') return true;
  if (/sse|http/.test(call.callee)) return true;
  const transport = call.keywords.get('transport') ?? call.positional[0];
  const text = transport ? known(evaluator.evaluate(transport).value) : undefined;
  return text !== undefined && text !== 'stdio';
}

function argument(call: Call, names: readonly (string | number)[]): PyNode | undefined {
  for (const name of names) {
    if (typeof name === 'string') {
      const keyword = call.keywords.get(name);
      if (keyword) return keyword;
    } else if (name >= TUPLE) {
      const [first] = call.positional;
      const element = first ? elementsOf(first)?.[name - TUPLE] : undefined;
      if (element) return element;
    } else if (call.positional[name]) return call.positional[name];
  }
  return undefined;
}

function listenerOf(
  world: World,
  server: ServerCall,
  call: Call,
  apps: readonly Call[],
  evaluator: Evaluator,
): StatedListener {
  const { bindings } = world;
  const hidden = call.spreads.length > 0;
  const told = (names: readonly (string | number)[], fallback: string | null): Value | null => {
    const node =
      argument(call, names) ??
      (server.name === 'mcp.run'
        ? argument(apps.find(({ callee }) => /FastMCP$/.test(callee)) ?? call, names)
        : undefined);
    if (node) return evaluator.evaluate(node).value;
    const span = bindings.span(call.calleeNode);
    const spread = call.spreads[0];
    if (hidden && spread)
      return {
        kind: 'unresolved',
        text: bindings.module.textOf(spread),
        span: bindings.span(spread),
        via: [],
        why: 'arguments are passed on',
      };
    return fallback === null ? null : { kind: 'default', text: fallback, span, via: [] };
  };
  return {
    address: told(server.host, server.defaultHost),
    port: told(server.port, server.defaultPort),
    tls: tlsOf(server, call, evaluator),
    auth: gateOf(world, server, call, apps, evaluator).state,
    span: bindings.span(call.node),
    what: server.what,
    service: server.service,
  };
}

function tlsOf(server: ServerCall, call: Call, evaluator: Evaluator): StatedListener['tls'] {
  if (call.spreads.length > 0) return 'unknown';
  const given = (names: readonly string[]) =>
    names.map((name) => call.keywords.get(name)).find((node) => node !== undefined);
  const context = given(server.context);
  if (context) return truthOf(evaluator.evaluate(context).value) === false ? 'off' : 'on';
  const certificate = given(server.certificate);
  const key = given(server.key);
  if (!certificate || !key) return 'off';
  const values = [certificate, key].map((node) => evaluator.evaluate(node).value);
  if (values.some((value) => value.text === 'None' || value.text === '')) return 'off';
  return values.some((value) => value.kind === 'unresolved') ? 'unknown' : 'on';
}

function gateOf(world: World, server: ServerCall, call: Call, apps: readonly Call[], evaluator: Evaluator): Gate {
  for (const name of server.auth) {
    const node = call.keywords.get(name) ?? apps.find(({ callee }) => /FastMCP$/.test(callee))?.keywords.get(name);
    if (!node || node.name === 'None') continue;
    const { value } = evaluator.evaluate(node);
    const state = value.kind !== 'unresolved' && truthOf(value) === false ? 'off' : 'on';
    return { state, kinds: ['application'], because: [{ span: world.bindings.span(node), text: `${name}=` }] };
  }
  if (!server.application) return { state: call.spreads.length > 0 ? 'unknown' : 'off', kinds: [], because: [] };
  return authOf(world.bindings, apps, world.unseenParts);
}

/** Arguments of the call by the names that the catalogue knows them by: `uvicorn.run(host=)`. */
function settingsOf(
  process: string,
  server: ServerCall,
  call: Call,
  apps: readonly Call[],
  evaluator: Evaluator,
): DeclaredSetting[] {
  const named = (callee: string, keywords: ReadonlyMap<string, PyNode>) =>
    [...keywords]
      .filter(([, node]) => node.name !== 'None')
      .map(([name, node]) => ({ setting: `${callee}(${name}=)`, value: evaluator.evaluate(node).value, process }));
  const positional = server.host.concat(server.port).some((name) => typeof name === 'number')
    ? [
        ['host', server.host],
        ['port', server.port],
      ].flatMap(([name, places]) => {
        const node = argument(call, places as readonly (string | number)[]);
        return node && ![...call.keywords.values()].includes(node)
          ? [{ setting: `${server.name}(${String(name)}=)`, value: evaluator.evaluate(node).value, process }]
          : [];
      })
    : [];
  return [
    ...named(server.name, call.keywords),
    ...positional,
    ...apps.flatMap((app) => named(app.callee.replace(/^.*\./, ''), app.keywords)),
  ];
}

/** `share=True` publishes the application through gradio's relay. */
function addShare(process: string, call: Call, evaluator: Evaluator, listener: StatedListener, out: Collector): void {
  const share = call.keywords.get('share');
  if (listener.service !== 'gradio' || !share) return;
  const { value } = evaluator.evaluate(share);
  if (truthOf(value) !== true) return;
  out.publications.push({
    process,
    kind: 'tunnel',
    hostAddress: null,
    hostPort: null,
    targetPort: listener.port,
    protocol: 'tcp',
    span: value.span,
    loopbackEdit: null,
    gate: { state: listener.auth, kinds: listener.auth === 'on' ? ['application'] : [], because: [] },
    tls: 'on',
  });
}

function addKeyFiles(server: ServerCall, call: Call, evaluator: Evaluator, out: Collector): void {
  const value = (names: readonly string[]): Value | null => {
    const node = names.map((name) => call.keywords.get(name)).find((one) => one !== undefined);
    return node && node.name !== 'None' ? evaluator.evaluate(node).value : null;
  };
  const key = value(server.key);
  const certificate = value(server.certificate);
  if (!key && !certificate) return;
  const span = (key ?? certificate)?.span;
  if (!span) return;
  const ciphers = call.keywords.get('ssl_ciphers');
  const requirement = call.keywords.get('ssl_cert_reqs');
  const mode = requirement ? evaluator.evaluate(requirement).value : null;
  const version = call.keywords.get('ssl_version');
  out.tls.push({
    software: server.what,
    protocols: version ? [lastName(evaluator.evaluate(version).value)] : null,
    ciphers: ciphers ? evaluator.evaluate(ciphers).value : null,
    clientCertificate: mode
      ? { mode: CERTIFICATE_MODES.get(mode.text.replace(/^ssl\./, '')) ?? 'none', span: mode.span }
      : null,
    certificate,
    key,
    span,
  });
  if (key) out.references.push({ path: key, role: 'private-key', optional: false, span: key.span });
  if (certificate)
    out.references.push({ path: certificate, role: 'certificate', optional: false, span: certificate.span });
}

const CERTIFICATE_MODES: ReadonlyMap<string, 'none' | 'optional' | 'required'> = new Map([
  ['CERT_NONE', 'none'],
  ['CERT_OPTIONAL', 'optional'],
  ['CERT_REQUIRED', 'required'],
  ['0', 'none'],
  ['1', 'optional'],
  ['2', 'required'],
]);
