import type { Value } from '../../deployment/value.ts';
import { interpolate, type Lookup } from '../../source/interpolation.ts';
import type { YamlNode, YamlScalar } from '../../yaml/node.ts';
import { scalar } from '../../yaml/node.ts';

/** The value of a scalar with its variables filled in. */
export function resolved(node: YamlScalar, lookup: Lookup): Value {
  return untemplated(interpolate({ text: node.text, file: node.span.file, offset: node.offset }, lookup));
}

/** What Jinja fills in before Compose reads the file is not known here. */
function untemplated(value: Value): Value {
  if (value.kind === 'unresolved' || !value.text.includes('{{') || !value.text.includes('}}')) return value;
  return { ...value, kind: 'unresolved', why: 'a template fills it in' };
}

/** A stretch of a scalar's text, with its variables filled in. */
export function partOf(node: YamlScalar, from: number, to: number, lookup: Lookup): Value {
  const text = node.text.slice(from, to);
  return untemplated(interpolate({ text, file: node.span.file, offset: (index) => node.offset(from + index) }, lookup));
}

export function optionalValue(node: YamlNode | undefined, lookup: Lookup): Value | null {
  const found = scalar(node);
  return found ? resolved(found, lookup) : null;
}

/** `true`, `yes`, `on`: as Compose and YAML 1.1 files write it. */
export function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && /^(true|yes|on|y|1)$/i.test(node.text);
}
