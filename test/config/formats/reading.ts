import assert from 'node:assert/strict';
import type { Declarations, DeclaredProcess } from '../../../src/config/deployment/declarations.ts';
import { NO_DECLARATIONS } from '../../../src/config/deployment/declarations.ts';
import type { Value } from '../../../src/config/deployment/value.ts';
import { parseDotenv } from '../../../src/config/formats/dotenv/parse.ts';
import type { ConfigFormat, ReadContext } from '../../../src/config/formats/format.ts';
import { CONFIG_FORMATS, recognise } from '../../../src/config/formats/formats.ts';
import { relocate } from '../../../src/config/relocate.ts';
import { SourceText } from '../../../src/config/source/source-text.ts';
import type { Span } from '../../../src/model/span.ts';

/** A reader's world made of a few texts, by path; the first is read. */
export interface Reading {
  readonly source: SourceText;
  readonly declarations: Declarations;
}

export async function readText(
  format: string,
  text: string,
  {
    path = `file.${format}`,
    others = {},
    example = false,
  }: { path?: string; others?: Record<string, string>; example?: boolean } = {},
): Promise<Reading> {
  const source = new SourceText(path, text);
  return { source, declarations: await (await reader(format)).read(source, contextOf(others, example, 0, null)) };
}

async function reader(id: string): Promise<ConfigFormat> {
  const entry = CONFIG_FORMATS.find((format) => format.id === id);
  assert.ok(entry, `no format ${id}`);
  return entry.load();
}

function contextOf(others: Record<string, string>, example: boolean, depth: number, name: string | null): ReadContext {
  const neighbour = async (path: string) => (others[path] === undefined ? null : new SourceText(path, others[path]));
  return {
    example,
    name,
    neighbour,
    neighbours: async () => null,
    environment: async (path) => {
      const source = await neighbour(path);
      return source && parseDotenv(source);
    },
    nested: async (format, embedded) => {
      const inner = `${embedded.source.file}\0${depth}`;
      const id = format ?? recognise(embedded.name ?? '', embedded.text)?.id;
      if (!id || depth > 4 || !CONFIG_FORMATS.some((entry) => entry.id === id)) return NO_DECLARATIONS;
      const declarations = await (await reader(id)).read(
        new SourceText(inner, embedded.text),
        contextOf(others, example, depth + 1, embedded.name),
      );
      return relocate(declarations, inner, embedded);
    },
  };
}

export function textOf(value: Value | null | undefined): string | null {
  if (!value) return null;
  return value.kind === 'explicit' ? value.text : `${value.kind}:${value.text}`;
}

/** The parts of a process that most tests look at, as plain text. */
export function summary(process: DeclaredProcess | undefined): unknown {
  if (!process) return null;
  return {
    argv: process.argv?.map(textOf) ?? null,
    ...(process.image ? { image: textOf(process.image) } : {}),
    ...(process.args ? { args: process.args.map(textOf) } : {}),
    env: Object.fromEntries(process.environment.map(({ name, value }) => [name, textOf(value)])),
  };
}

export function lineOf(source: SourceText, span: Span): number {
  return source.position(span.start).line;
}

/** Every span of a value that is in the file. */
export function spansOf(value: unknown, file: string): Span[] {
  const found: Span[] = [];
  const seen = new Set<unknown>();
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return;
    seen.add(item);
    if ('file' in item && 'start' in item && 'end' in item) {
      if (item.file === file) found.push(item as Span);
      return;
    }
    for (const inner of Object.values(item)) visit(inner);
  };
  visit(value);
  return found;
}

export function assertInside({ source, declarations }: Reading): void {
  for (const span of spansOf(declarations, source.file)) {
    assert.ok(
      span.start >= 0 && span.start <= span.end && span.end <= source.text.length,
      `${span.start}..${span.end}`,
    );
  }
}

/** Values that somebody wrote as they are must be found at their span. */
export function assertSpans(reading: Reading): void {
  const { source, declarations } = reading;
  assertInside(reading);
  const seen = new Set<unknown>();
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return;
    seen.add(item);
    const value = item as Partial<Value>;
    if (
      value.kind === 'explicit' &&
      value.span?.file === source.file &&
      value.via?.length === 0 &&
      value.text !== undefined
    ) {
      const written = source.slice(value.span);
      if (written.length === value.text.length) assert.equal(written, value.text);
    }
    for (const inner of Object.values(item)) visit(inner);
  };
  visit(declarations);
}
