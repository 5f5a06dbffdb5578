/** A path that stands in a configuration file, seen from the working directory. */
export function fromConfig(configPath: string, path: string): string {
  const slash = configPath.lastIndexOf('/');
  if (slash < 0 || path.startsWith('/') || /^[A-Za-z]:[/\\]/.test(path)) return path;
  return configPath.slice(0, slash + 1) + path;
}

/** The other way: a path from the working directory, seen from the directory of the configuration file. */
export function toConfig(configPath: string, path: string, workingDirectory: string): string {
  const parts = (text: string): string[] => text.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
  const absolute = (text: string): string[] => {
    const from = text.startsWith('/') ? [] : parts(workingDirectory);
    for (const part of parts(text)) {
      if (part === '..') from.pop();
      else from.push(part);
    }
    return from;
  };
  const directory = absolute(configPath).slice(0, -1);
  const file = absolute(path);
  let shared = 0;
  while (shared < directory.length && directory[shared] === file[shared]) shared += 1;
  return [...directory.slice(shared).map(() => '..'), ...file.slice(shared)].join('/');
}
