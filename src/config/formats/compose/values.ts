import type { Value } from '../../deployment/value.ts';
import { interpolate, type Lookup } from '../../source/interpolation.ts';
import type { YamlNode, YamlScalar } from '../../yaml/node.ts';
import { scalar } from '../../yaml/node.ts';

/** The value of a scalar with its variables filled in. */
export function resolved(node: YamlScalar, lookup: Lookup): Value {
  return interpolate({ text: node.text, file: node.span.file, offset: node.offset }, lookup);
}

/** A stretch of a scalar's text, with its variables filled in. */
export function partOf(node: YamlScalar, from: number, to: number, lookup: Lookup): Value {
  const text = node.text.slice(from, to);
  return interpolate({ text, file: node.span.file, offset: (index) => node.offset(from + index) }, lookup);
}

export function optionalValue(node: YamlNode | undefined, lookup: Lookup): Value | null {
  const found = scalar(node);
  return found ? resolved(found, lookup) : null;
}

/** `true`, `yes`, `on`: as Compose and YAML 1.1 files write it. */
export function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && /^(true|yes|on|y|1)$/i.test(node.text);
}
