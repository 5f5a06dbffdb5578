/** A path that stands in a configuration file, seen from the working directory. */
export function fromConfig(configPath: string, path: string): string {
  const slash = configPath.lastIndexOf('/');
  if (slash < 0 || path.startsWith('/') || /^[A-Za-z]:[/\\]/.test(path)) return path;
  return configPath.slice(0, slash + 1) + path;
}
