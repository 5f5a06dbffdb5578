import type { IgnoreComment } from '../../model/ignore.ts';
import type { SourceText } from './source-text.ts';

/*
 * `# postern: ignore[rule, rule] reason`, after what it concerns or on a line of its own above it, behind whatever starts
 * a comment in the format: `#`, `//`, `;`, `--`, `<!--`, `REM`, `::`, `%`.
 */

const COMMENT =
  /(^|[\s,;{([])(#+|\/\/+|;+|--|<!--|\/\*|\brem\b|::|%)\s*postern:\s*ignore(?:\[([^\]\r\n]{0,400})\])?([^\r\n]{0,400})/i;

export function readIgnores(source: SourceText): readonly IgnoreComment[] {
  const found: IgnoreComment[] = [];
  const { text } = source;
  for (let at = text.search(/postern:\s*ignore/i); at !== -1; at = nextAfter(text, at)) {
    const { line } = source.position(at);
    const written = source.line(line);
    const hit = COMMENT.exec(written.length > 4000 ? written.slice(0, 4000) : written);
    if (hit === null) continue;
    const [, , , rules = '', rest = ''] = hit;
    const alone = written.slice(0, hit.index).trim() === '';
    found.push({
      file: source.file,
      line,
      covers: alone ? nextLine(source, line) : line,
      rules: rules
        .split(',')
        .map((rule) => rule.trim())
        .filter((rule) => rule !== ''),
      reason: rest.replace(/(-->|\*\/)\s*$/, '').trim(),
    });
  }
  return found;
}

function nextAfter(text: string, at: number): number {
  const rest = text.slice(at + 8).search(/postern:\s*ignore/i);
  return rest === -1 ? -1 : at + 8 + rest;
}

const FARTHEST = 20;

/** The next line that is neither empty nor a comment. */
function nextLine(source: SourceText, line: number): number {
  for (let next = line + 1; next <= line + FARTHEST; next += 1) {
    const text = source.line(next).trim();
    if (text !== '' && !/^(#|\/\/|;|--|<!--|rem\b|::)/i.test(text)) return next;
  }
  return line + 1;
}
