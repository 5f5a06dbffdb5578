import { programOf } from '../../command/launchers.ts';
import type { Collector } from '../../deployment/collector.ts';
import { bareProcess } from '../../deployment/collector.ts';
import type { Variable } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import { startedByLine, startedByWords } from '../shell/command-line.ts';
import type { Bindings } from './bindings.ts';
import { Evaluator } from './evaluate.ts';
import type { World } from './servers.ts';
import { type Call, elementsOf, type PyNode } from './syntax.ts';

const STARTS =
  /^(subprocess\.(run|Popen|call|check_call|check_output)|os\.(system|popen|execvp?e?|spawnlp?e?)|asyncio\.create_subprocess_(exec|shell))$/;

/** Programs that the code starts with words of its own. */
export function addCommands(world: World, out: Collector): void {
  const { bindings } = world;
  const evaluator = new Evaluator(bindings);
  let count = 0;
  for (const call of bindings.module.calls) {
    if (!STARTS.test(bindings.qualified(call.callee)) || count > 50) continue;
    for (const { argv, environment } of started(call, bindings, evaluator)) {
      count += 1;
      const name = programOf(argv[0] && ExpandedText.of(argv[0]));
      out.processes.push({
        ...bareProcess(`${world.file}#${name}-${call.node.from}`, name, bindings.span(call.node)),
        argv,
        environment,
        example: world.example,
      });
    }
  }
}

function started(call: Call, bindings: Bindings, evaluator: Evaluator) {
  const [first] = call.positional;
  if (!first) return [];
  const environment = environmentOf(call, bindings, evaluator);
  const list = listOf(first, bindings);
  if (list)
    return list.length > 200
      ? []
      : startedByWords(
          list.map((element) => wordOf(element, bindings, evaluator)),
          environment,
        );
  if (/exec|spawn/.test(call.callee))
    return startedByWords(
      call.positional.map((element) => wordOf(element, bindings, evaluator)),
      environment,
    );
  const { value } = evaluator.evaluate(first);
  return value.kind === 'unresolved' ? [] : startedByLine(ExpandedText.of(value), environment);
}

function listOf(node: PyNode, bindings: Bindings): readonly PyNode[] | null {
  const own = elementsOf(node);
  if (own || node.name !== 'VariableName') return own;
  const bound = bindings.lookup(node);
  return bound && bound.bindings === bindings ? elementsOf(bound.node) : null;
}

function wordOf(node: PyNode, bindings: Bindings, evaluator: Evaluator): Value {
  const { value } = evaluator.evaluate(node);
  const python = value.kind === 'unresolved' && bindings.qualified(bindings.module.textOf(node)) === 'sys.executable';
  return python ? { kind: 'default', text: 'python', span: value.span, via: [] } : value;
}

/** `env={**os.environ, "A": "b"}`. */
function environmentOf(call: Call, bindings: Bindings, evaluator: Evaluator): Variable[] {
  const node = call.keywords.get('env');
  if (node?.name !== 'DictionaryExpression') return [];
  const found: Variable[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const colon = child.nextSibling;
    const value = colon?.nextSibling;
    if (child.name !== 'String' || colon?.name !== ':' || !value) continue;
    found.push({ name: bindings.module.textOf(child).replace(/["']/g, ''), value: evaluator.evaluate(value).value });
  }
  return found;
}
