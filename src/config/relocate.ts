import type { Span } from '../model/span.ts';
import type { Declarations } from './deployment/declarations.ts';
import type { EmbeddedText } from './formats/format.ts';

/** What was declared in an inner text, with every place moved to where the outer file has it. */
export function relocate(declarations: Declarations, inner: string, { source, offsets }: EmbeddedText): Declarations {
  const offset =
    typeof offsets === 'function'
      ? offsets
      : (index: number): number => offsets[Math.min(index, offsets.length - 1)] ?? 0;
  const moved = new Map<object, unknown>();

  const move = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = moved.get(value);
    if (known !== undefined) return known;
    if (isSpan(value)) {
      if (value.file !== inner) return value;
      const start = offset(value.start);
      const span: Span = { file: source.file, start, end: Math.max(start, offset(value.end)) };
      moved.set(value, span);
      return span;
    }
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      moved.set(value, list);
      for (const item of value) list.push(move(item));
      return list;
    }
    const made: Record<string, unknown> = {};
    moved.set(value, made);
    for (const [key, item] of Object.entries(value)) made[key] = move(item);
    return made;
  };
  return move(declarations) as Declarations;
}

function isSpan(value: object): value is Span {
  return 'file' in value && 'start' in value && 'end' in value;
}
