import type { ClientSwitch } from '../../deployment/declarations.ts';
import type { Bindings } from './bindings.ts';
import { runsUnchecked } from './branches.ts';
import { type Evaluated, Evaluator, truthOf } from './evaluate.ts';
import { type Call, childrenOf, type PyNode } from './syntax.ts';

const HTTP_CLIENTS =
  /^(requests|httpx|aiohttp|urllib3|openai|elasticsearch|opensearchpy|weaviate|qdrant_client|hvac|boto3|botocore|kubernetes|niquests|pymongo|redis|ollama|anthropic|litellm|langchain\w*|huggingface_hub|smolagents|curl_cffi|tornado|minio|chromadb|pymilvus|treq|websockets|websocket)(\.|$)/;
const CALLS =
  /(^|\.)(get|post|put|patch|delete|head|options|request|stream|send|Client|AsyncClient|Session|ClientSession|TCPConnector|AsyncHTTPTransport|HTTPTransport|OpenAI|AsyncOpenAI|AzureOpenAI|Elasticsearch|AsyncElasticsearch|OpenSearch|QdrantClient|MongoClient|AsyncIOMotorClient|Redis|from_url|client|resource|ws_connect|PoolManager|Minio|configure|download|urlretrieve|fetch|connect|urlopen)$/;
/** Keywords that mean verification wherever they occur, and the value that switches it off. */
const SWITCHES: Readonly<Record<string, 'false' | 'true' | 'none'>> = {
  verify: 'false',
  verify_ssl: 'false',
  ssl_verify: 'false',
  verify_certs: 'false',
  ssl_verify_peer: 'false',
  validate_certs: 'false',
  ssl: 'false',
  cert_reqs: 'none',
  ssl_cert_reqs: 'none',
  tlsAllowInvalidCertificates: 'true',
  disable_ssl_certificate_validation: 'true',
};

/** Calls and assignments by which a program stops to check whom it talks to. */
export function addClients(bindings: Bindings, harmless: boolean, add: (client: ClientSwitch) => void): void {
  const evaluator = new Evaluator(bindings);
  const talks = bindings.imports(HTTP_CLIENTS);
  const pushAt =
    (node: PyNode, beside?: PyNode): Push =>
    (setting, evaluated, off, local = false) => {
      const runs = off ? runsUnchecked(node, bindings, evaluator) : true;
      if (runs !== false) push(setting, evaluated, runs === null ? null : off, local, beside);
    };
  const push = (setting: string, evaluated: Evaluated, off: boolean | null, local: boolean, beside?: PyNode): void => {
    const { value, variable } = evaluated;
    add({
      setting: variable ?? setting,
      verification: off === null ? 'unknown' : off ? 'off' : 'on',
      caFile: null,
      value,
      harmless: harmless || local,
      byDefault: value.kind === 'default',
      ...(beside && { beside: bindings.span(childrenOf(beside).at(-1) ?? beside) }),
    });
  };
  for (const call of bindings.module.calls) {
    if (talks && CALLS.test(call.callee) && !/^(jwt|jose)\./.test(bindings.qualified(call.callee)))
      keywords(call, bindings, evaluator, pushAt(call.node));
    const name = bindings.qualified(call.callee);
    if (/^ssl\._create_unverified_context$/.test(name))
      pushAt(call.node)('ssl._create_unverified_context', nodeText(bindings, call.node), true);
  }
  const hostnames = hostnamesOf(bindings);
  for (const statement of bindings.module.assignments) {
    const parts = childrenOf(statement);
    const [target] = parts;
    const value = parts.at(-1);
    if (!target || !value || target === value || target.name !== 'MemberExpression') continue;
    const written = bindings.module.textOf(target);
    const [, context] = /^(.*)\.(?:verify_mode|check_hostname)$/.exec(written) ?? [];
    const hostname = context === undefined ? undefined : hostnames.get(context);
    if (hostname === statement) continue;
    assignment(written, value, bindings, evaluator, pushAt(statement, hostname));
  }
}

/** Python wants `check_hostname = False` before `verify_mode = CERT_NONE`: one matter, by the context that both are about. */
function hostnamesOf({ module }: Bindings): ReadonlyMap<string, PyNode> {
  const found = new Map<string, PyNode>();
  const unchecked = new Set<string>();
  for (const statement of module.assignments) {
    const text = module.textOf(statement);
    const [, context, what] =
      /^([\w.]+)\.(check_hostname\s*=\s*False|verify_mode\s*=\s*(?:\w+\.)*CERT_NONE)$/.exec(text) ?? [];
    if (context === undefined) continue;
    if (what?.startsWith('check')) found.set(context, statement);
    else unchecked.add(context);
  }
  return new Map([...found].filter(([context]) => unchecked.has(context)));
}

type Push = (setting: string, evaluated: Evaluated, off: boolean | null, local?: boolean) => void;

function keywords(call: Call, bindings: Bindings, evaluator: Evaluator, push: Push): void {
  const local = call.positional.some((node) =>
    /^\w{0,2}["']https?:\/\/(localhost|127\.|\[::1\])/i.test(bindings.module.textOf(node)),
  );
  for (const [name, node] of call.keywords) {
    const off = Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined;
    if (
      !off ||
      (name === 'ssl' &&
        !/(^|\.)(get|post|put|patch|delete|head|request|ws_connect|TCPConnector|Redis|connect)$/.test(call.callee))
    )
      continue;
    const evaluated = evaluator.evaluate(node);
    const { value } = evaluated;
    const text = value.text.replace(/^ssl\./, '');
    if (off === 'none') {
      if (/CERT_NONE/i.test(bindings.module.textOf(node)) || /^(CERT_NONE|none)$/i.test(text))
        push(`${name}=`, evaluated.value.kind === 'unresolved' ? nodeText(bindings, node) : evaluated, true, local);
      continue;
    }
    if (value.kind === 'unresolved') {
      // Only a switch that a variable decides is worth a word when nobody knows it.
      if (evaluated.variable !== null) push(`${name}=`, evaluated, null, local);
      continue;
    }
    if (!/^(true|false|0|1)$/i.test(text)) {
      if (off === 'false' && /[./]/.test(text)) push(`${name}=`, evaluated, false, local);
      continue;
    }
    // `ssl=False` is plain text for Redis and MongoDB: another matter.
    if (name === 'ssl' && !/TCPConnector|(^|\.)(get|post|put|patch|delete|head|request|ws_connect)$/.test(call.callee))
      continue;
    push(`${name}=`, evaluated, (truthOf(value) === true) === (off === 'true'), local);
  }
}

function assignment(target: string, value: PyNode, bindings: Bindings, evaluator: Evaluator, push: Push): void {
  const written = bindings.module.textOf(value);
  const name = bindings.qualified(target);
  if (/\.verify_mode$/.test(target) && /(^|\.)CERT_NONE$/.test(written))
    push('verify_mode', nodeText(bindings, value), true);
  else if (/\.check_hostname$/.test(target)) {
    const evaluated = evaluator.evaluate(value);
    if (truthOf(evaluated.value) === false && evaluated.value.kind !== 'unresolved')
      push('check_hostname', evaluated, true);
  } else if (/\.(verify|verify_ssl|assert_hostname)$/.test(target) && !/^self\.\w+$/.test(target)) {
    const evaluated = evaluator.evaluate(value);
    if (/^(False|0)$/.test(evaluated.value.text)) push(target.replace(/^.*\./, ''), evaluated, true);
  } else if (name === 'ssl._create_default_https_context' && /_create_unverified_context$/.test(written)) {
    push('ssl._create_default_https_context', nodeText(bindings, value), true);
  }
}

function nodeText(bindings: Bindings, node: PyNode): Evaluated {
  const text = bindings.module.textOf(node).slice(0, 200);
  const span = bindings.span({ from: node.from, to: node.from + text.length });
  return { value: { kind: 'explicit', text, span, via: [] }, variable: null };
}
