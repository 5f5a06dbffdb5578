import type { Location } from '../../model/finding.ts';
import type { Span } from '../../model/span.ts';
import type { Reason } from '../deployment/door.ts';
import type { SourceText } from '../source/source-text.ts';
import { previewed, withoutSecretAt, withoutSecrets } from './excerpt.ts';
import type { KnownSecrets } from './known-secrets.ts';

/** Turns spans into places that people look for: lines and columns. */
export class Places {
  readonly #sources: ReadonlyMap<string, SourceText>;

  readonly #secrets: KnownSecrets;
  /** Lines as they are shown: many findings and chains lead to the same few. */
  readonly #shown = new Map<string, string>();

  /** `secrets`: shown nowhere. */
  constructor(sources: ReadonlyMap<string, SourceText>, secrets: KnownSecrets = new Set()) {
    this.#sources = sources;
    this.#secrets = secrets;
  }

  source(file: string): SourceText | undefined {
    return this.#sources.get(file);
  }

  /** `secret` is what stands there and is not to be shown, which its line alone need not tell: `- <key>` below `- --api-key`. */
  at(span: Span, says?: string, secret?: string): Location {
    const source = this.#sources.get(span.file);
    if (!source) return { kind: 'file', file: span.file, ...(says === undefined ? {} : { says }) };
    const start = source.position(span.start);
    const end = source.position(Math.max(span.start, span.end));
    const line = source.line(start.line);
    return {
      kind: 'file',
      file: span.file,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      ...(says === undefined ? {} : { says }),
      excerpt:
        secret === undefined
          ? this.#withoutSecrets(line)
          : withoutSecretAt(line, start.column - 1, secret, this.#secrets),
    };
  }

  #withoutSecrets(line: string): string {
    const before = this.#shown.get(line);
    if (before !== undefined) return before;
    const shown = withoutSecrets(line, this.#secrets);
    this.#shown.set(line, shown);
    return shown;
  }

  /** A line of a file for a preview of its change. */
  previewed(line: string): ReturnType<typeof previewed> {
    return previewed(line, this.#secrets);
  }

  /** The chain without what it says twice, and without the place of the finding itself. */
  chain(reasons: readonly Reason[], anchor: Span, secret?: string): readonly Location[] {
    const seen = new Set([keyOf(anchor)]);
    return reasons.flatMap(({ span, text }) => {
      if (seen.has(keyOf(span))) return [];
      seen.add(keyOf(span));
      return [this.at(span, text, secret)];
    });
  }
}

function keyOf({ file, start, end }: Span): string {
  return `${file}\n${start}\n${end}`;
}
