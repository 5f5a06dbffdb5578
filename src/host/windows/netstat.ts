/** A listening socket of `netstat -ano`. */
export interface NetstatSocket {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
}

/**
 * Rows `TCP  local  foreign  state  pid`. The state's name depends on the language of the system, comes in its code page
 * and may be missing; a listener is the row whose foreign port is 0. Source: Windows commands reference, netstat.
 */
export function readNetstat(text: string): NetstatSocket[] {
  return text.split(/\r?\n/).flatMap((line): NetstatSocket[] => {
    const match = /^\s*TCP\s+(\[[^\]]+\]|[\d.]+):(\d{1,5})\s+(?:\[[^\]]+\]|[\d.]+):0\s+(?:\S.*\s)?(\d+)\s*$/i.exec(
      line,
    );
    if (!match) return [];
    const address = (match[1] ?? '')
      .replace(/^\[|\]$/g, '')
      .replace(/%.*$/, '')
      .toLowerCase();
    return [{ address, port: Number(match[2]), pid: Number(match[3]) }];
  });
}
