import { jsonText } from './json-text.ts';
import { inPieces } from './pieces.ts';
import { endpointJson, findingJson, resultJson } from './to-contract.ts';
import type { View } from './view.ts';

/** The public result document (docs/schema/result-1.schema.json), indented by two spaces. */
export function* jsonPieces({ document }: View): Generator<string> {
  const { endpoints, findings } = document;
  const lists: Record<string, Iterable<string>> = {
    endpoints: list('endpoints', endpoints, endpointJson),
    findings: list('findings', findings, findingJson),
  };
  let before = '{\n';
  for (const [key, value] of Object.entries(resultJson({ ...document, endpoints: [], findings: [] }))) {
    yield before;
    yield* lists[key] ?? [field(key, value)];
    before = ',\n';
  }
  yield '\n}\n';
}

export const reportJson = inPieces(jsonPieces);

/** One field of an object at the outermost level, without the braces around it. */
function field(key: string, value: unknown): string {
  return jsonText({ [key]: value }, 2).slice('{\n'.length, -'\n}'.length);
}

const AT_ONCE = 64;
const LIST_END = '\n  ]';

/** A field that is a list, so many items at a time: all of them as public objects and as text would be held at once. */
function* list<T>(key: string, items: readonly T[], toJson: (item: T) => object): Generator<string> {
  if (items.length === 0) return yield field(key, []);
  const start = `  "${key}": [\n`;
  yield start;
  for (let n = 0; n < items.length; n += AT_ONCE) {
    const some = field(key, items.slice(n, n + AT_ONCE).map(toJson));
    yield (n === 0 ? '' : ',\n') + some.slice(start.length, -LIST_END.length);
  }
  yield LIST_END;
}
