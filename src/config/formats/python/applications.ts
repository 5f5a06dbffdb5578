import type { Collector } from '../../deployment/collector.ts';
import { bareProcess } from '../../deployment/collector.ts';
import type { DeclaredSetting } from '../../deployment/declarations.ts';
import { written } from '../../deployment/value.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { Bindings } from './bindings.ts';
import { Evaluator } from './evaluate.ts';
import type { World } from './servers.ts';
import { type Call, childrenOf, elementsOf, type PyNode } from './syntax.ts';

/** `CORSMiddleware`, `CORS(app)`: which other sites may use the application from a browser, and whether with its cookies. */
export function addCrossOrigin(bindings: Bindings, out: Collector): void {
  const evaluator = new Evaluator(bindings);
  const process = out.processes.find(({ listeners }) => listeners.length > 0)?.id ?? null;
  for (const call of bindings.module.calls) {
    const middleware = [call.callee, ...call.positional.slice(0, 1).map((node) => bindings.module.textOf(node))].some(
      (name) => /(^|\.)CORSMiddleware$/.test(name),
    );
    const flask = /^(flask_cors\.)?(CORS|cross_origin)$/.test(call.callee);
    if (!middleware && !flask) continue;
    for (const [name, node] of call.keywords) {
      if (!/^(allow_origins|allow_origin_regex|allow_credentials|origins|supports_credentials)$/.test(name)) continue;
      const { value } = evaluator.evaluate(node);
      const found: DeclaredSetting = { setting: `${middleware ? 'CORSMiddleware' : 'CORS'}(${name}=)`, value, process };
      out.settings.push(found);
    }
    // Without a word flask-cors lets every origin in.
    if (flask && !call.keywords.has('origins') && !call.keywords.has('resources') && /CORS$/.test(call.callee)) {
      const span = bindings.span(call.calleeNode);
      out.settings.push({ setting: 'CORS(origins=)', value: { kind: 'default', text: '*', span, via: [] }, process });
    }
  }
}

/** `gunicorn.conf.py` and hypercorn's file: plain assignments. */
export function addServerConfig(world: World, software: 'gunicorn' | 'hypercorn', out: Collector): void {
  const { bindings } = world;
  const evaluator = new Evaluator(bindings);
  const found = new Map<string, PyNode>();
  for (const statement of bindings.module.assignments) {
    const parts = childrenOf(statement);
    const [target] = parts;
    const value = parts.at(-1);
    if (target?.name === 'VariableName' && value) found.set(bindings.module.textOf(target), value);
  }
  const bind = found.get('bind');
  if (!bind) return;
  const id = `${world.file}#${software}`;
  const addresses = (elementsOf(bind) ?? [bind]).map((node) => evaluator.evaluate(node).value);
  const secure = found.has('certfile') && found.has('keyfile');
  out.processes.push({
    ...bareProcess(id, software, bindings.span(bind)),
    argv: [written(software, bindings.span(bind))],
    listeners: addresses.map((value) => {
      const text = ExpandedText.of(value);
      const colon = text.masked.lastIndexOf(':');
      const split = colon > 0 && value.kind !== 'unresolved';
      return {
        address: split ? text.slice(0, colon) : value,
        port: split ? text.slice(colon + 1) : null,
        tls: secure ? ('on' as const) : ('off' as const),
        auth: 'unknown' as const,
        span: value.span,
        what: software,
        service: null,
      };
    }),
    example: world.example,
  });
  for (const [name, node] of found)
    out.settings.push({ setting: name, value: evaluator.evaluate(node).value, process: id });
}

/** `ngrok.connect(8000)`, `run_with_cloudflared(app)`. */
export function addTunnels(world: World, out: Collector): void {
  const { bindings } = world;
  const evaluator = new Evaluator(bindings);
  const publish = (call: Call, port: PyNode | undefined, guarded: boolean) => {
    const known = out.processes.find(({ listeners }) => listeners.length > 0);
    const id = known?.id ?? `${world.file}#tunnel`;
    if (!known) out.processes.push({ ...bareProcess(id, 'tunnel', bindings.span(call.node)), example: world.example });
    const value = port ? evaluator.evaluate(port).value : null;
    const targetPort =
      value?.kind === 'unresolved' || value === null
        ? null
        : ExpandedText.of(value).slice(value.text.lastIndexOf(':') + 1);
    out.publications.push({
      process: id,
      kind: 'tunnel',
      hostAddress: null,
      hostPort: null,
      targetPort,
      protocol: 'tcp',
      span: bindings.span(call.node),
      loopbackEdit: null,
      gate: { state: guarded ? 'on' : 'off', kinds: guarded ? ['basic'] : [], because: [] },
      tls: 'on',
    });
  };
  for (const call of bindings.module.calls) {
    const name = bindings.qualified(call.callee);
    if (/(^|\.)ngrok\.(connect|forward)$/.test(name) && bindings.imports(/ngrok/))
      publish(
        call,
        call.positional[0] ?? call.keywords.get('addr'),
        ['auth', 'basic_auth', 'oauth_provider'].some((key) => call.keywords.has(key)),
      );
    else if (/(^|\.)(run_with_cloudflared|run_with_ngrok|try_cloudflare)$/.test(name)) publish(call, undefined, false);
  }
}
