const CONTEXT = 3;

/** How a changed line is shown, and whether it may stand beside a change. */
export type ShownLine = (line: string) => { readonly text: string; readonly asContext: boolean };

const AS_IT_IS: ShownLine = (text) => ({ text, asContext: true });

/**
 * The change of one file as `diff -u` writes it, where lines are changed and none is added or taken away. Around a
 * change are as many lines as there are before one that is not to be shown, as many on both sides: `patch` takes a
 * change with less before than behind it for one at the start of its file.
 */
export function unifiedDiff(file: string, before: string, after: string, shown: ShownLine = AS_IT_IS): string {
  const old = before.split('\n');
  const now = after.split('\n');
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]));
  if (changed.length === 0) return '';
  const plain = (index: number): boolean => index < 0 || index >= old.length || shown(old[index] ?? '').asContext;
  const hunks = together(changed, plain).map(([first, last]): readonly [number, number] => {
    let around = 0;
    while (around < CONTEXT && plain(first - around - 1) && plain(last + around + 1)) around += 1;
    return [Math.max(0, first - around), Math.min(old.length, last + around + 1)];
  });
  const body = hunks.flatMap(([from, to]) => [
    `@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`,
    ...lines(old, now, from, to, shown),
  ]);
  // `patch -p1` takes the first part away, of an absolute path too.
  const path = file.replace(/^\/+/, '');
  return `${[`--- a/${path}`, `+++ b/${path}`, ...body].join('\n')}\n`;
}

/** Changes whose surroundings meet, `[first, last]`. */
function together(changed: readonly number[], plain: (index: number) => boolean): readonly [number, number][] {
  const groups: [number, number][] = [];
  for (const index of changed) {
    const group = groups.at(-1);
    const between = group ? Array.from({ length: index - group[1] - 1 }, (_, nth) => index - 1 - nth) : [];
    if (group && between.length <= 2 * CONTEXT && between.every(plain)) group[1] = index;
    else groups.push([index, index]);
  }
  return groups;
}

function lines(old: readonly string[], now: readonly string[], from: number, to: number, shown: ShownLine): string[] {
  const out: string[] = [];
  for (let index = from; index < to; index += 1) {
    // The empty string behind the last line break is no line.
    if (index === old.length - 1 && old[index] === '' && now[index] === '') continue;
    if (old[index] === now[index]) out.push(` ${old[index]}`);
    else out.push(`-${shown(old[index] ?? '').text}`, `+${shown(now[index] ?? '').text}`);
  }
  return out;
}
