const CONTEXT = 3;

/** The change of one file as `diff -u` writes it, where lines are changed and none is added or taken away. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const old = before.split('\n');
  const now = after.split('\n');
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]));
  if (changed.length === 0) return '';
  const hunks: [number, number][] = [];
  for (const index of changed) {
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(old.length, index + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  const body = hunks.flatMap(([from, to]) => [
    `@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`,
    ...lines(old, now, from, to),
  ]);
  // `patch -p1` takes the first part away, of an absolute path too.
  const path = file.replace(/^\/+/, '');
  return `${[`--- a/${path}`, `+++ b/${path}`, ...body].join('\n')}\n`;
}

function lines(old: readonly string[], now: readonly string[], from: number, to: number): string[] {
  const out: string[] = [];
  for (let index = from; index < to; index += 1) {
    // The empty string behind the last line break is no line.
    if (index === old.length - 1 && old[index] === '' && now[index] === '') continue;
    if (old[index] === now[index]) out.push(` ${old[index]}`);
    else out.push(`-${old[index]}`, `+${now[index]}`);
  }
  return out;
}
