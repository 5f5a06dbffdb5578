import type { Collector } from '../../deployment/collector.ts';
import type { DeclaredTls } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import type { Bindings } from './bindings.ts';
import { Evaluator } from './evaluate.ts';
import { childrenOf } from './syntax.ts';

/** Versions, suites and client certificates of `ssl.SSLContext`. What servers take as keywords is read with them. */
export function addContexts(bindings: Bindings, out: Collector): void {
  const { module } = bindings;
  if (!bindings.imports(/^ssl$/)) return;
  const evaluator = new Evaluator(bindings);
  for (const call of module.calls) {
    const name = bindings.qualified(call.callee);
    const version = /(^|\.)SSLContext$/.test(name) ? call.positional[0] : undefined;
    if (version) push(out, { protocols: [lastName(evaluator.evaluate(version).value)] });
    const ciphers = /\.set_ciphers$/.test(call.callee) ? call.positional[0] : undefined;
    if (ciphers) push(out, { ciphers: evaluator.evaluate(ciphers).value });
  }
  const serves = /\bPROTOCOL_TLS_SERVER\b|\bPurpose\.CLIENT_AUTH\b|server_side\s*=\s*True/.test(module.text);
  for (const statement of module.assignments) {
    const parts = childrenOf(statement);
    const [target] = parts;
    const value = parts.at(-1);
    if (!target || !value || target === value || target.name !== 'MemberExpression') continue;
    const name = module.textOf(target).replace(/^.*\./, '');
    if (name === 'minimum_version') push(out, { protocols: [lastName(evaluator.evaluate(value).value)] });
    // Of a client it is no choice: the server's certificate is checked all the same.
    if (name === 'verify_mode' && serves && /\bCERT_OPTIONAL$/.test(module.textOf(value)))
      push(out, { clientCertificate: { mode: 'optional', span: evaluator.evaluate(value).value.span } });
  }
}

function push(out: Collector, said: Partial<DeclaredTls>): void {
  const span = said.protocols?.[0]?.span ?? said.ciphers?.span ?? said.clientCertificate?.span;
  if (!span) return;
  const nothing = { protocols: null, ciphers: null, clientCertificate: null, certificate: null, key: null };
  out.tls.push({ software: 'python', ...nothing, span, ...said });
}

/** `ssl.TLSVersion.TLSv1_1` is called `TLSv1_1` by everybody else. */
export function lastName({ text, span }: Value): Value {
  return { kind: 'explicit', text: text.replace(/^.*\./s, ''), span, via: [] };
}
