/** A line of `ps -axww -o pid=,user=,lstart=,command=`. */
export interface PsProcess {
  readonly pid: number;
  readonly user: string;
  /** As ps writes it, in local time: `Sat Nov 21 09:12:04 2026`. */
  readonly started: string;
  readonly command: string;
}

/** Source: ps(1) of macOS; `lstart` has a fixed width of 24 characters in the C locale. */
export function readPs(text: string): PsProcess[] {
  return text.split(/\r?\n/).flatMap((line): PsProcess[] => {
    const match = /^\s*(\d+)\s+(\S+)\s+(\w{3} +\w{3} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4})\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid = '', user = '', started = '', command = ''] = match;
    return [{ pid: Number(pid), user, started: started.replace(/ +/g, ' '), command: command.trimEnd() }];
  });
}
