/** A row of `tasklist /v /fo csv /nh`. */
export interface Task {
  readonly name: string;
  readonly pid: number;
  readonly user: string | null;
}

/**
 * Columns: image name, PID, session name, session number, memory, status, user, CPU time, window title. An account has its
 * domain in front of it; what stands there instead of one is in the language of the system. Source: Windows commands
 * reference, tasklist.
 */
export function readTasklist(text: string): Task[] {
  return text.split(/\r?\n/).flatMap((line): Task[] => {
    const fields = [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, field = '']) => field.replaceAll('""', '"'));
    const [name = '', pid = '', , , , , user = ''] = fields;
    if (name === '' || !/^\d+$/.test(pid)) return [];
    return [{ name, pid: Number(pid), user: user.includes('\\') ? user : null }];
  });
}
