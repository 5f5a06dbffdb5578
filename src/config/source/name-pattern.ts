/** `*` and `?` of one name; walks both once, so that a hostile pattern costs no more than its length times the name's. */
export function namePattern(pattern: string): (name: string) => boolean {
  return (name) => {
    if (name.startsWith('.') && !pattern.startsWith('.')) return false;
    let p = 0;
    let n = 0;
    let star = -1;
    let mark = 0;
    while (n < name.length) {
      if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n]) && pattern[p] !== '*') {
        p += 1;
        n += 1;
      } else if (pattern[p] === '*') {
        star = p;
        mark = n;
        p += 1;
      } else if (star !== -1) {
        p = star + 1;
        mark += 1;
        n = mark;
      } else return false;
    }
    while (pattern[p] === '*') p += 1;
    return p === pattern.length;
  };
}
