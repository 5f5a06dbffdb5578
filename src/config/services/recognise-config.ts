import type { Deployable } from '../../model/deploy.ts';

/**
 * Whose settings a file holds, by its name and its keys (dotted; `server.auth.enabled`). A file of an ordinary name
 * (`config.yaml`) is somebody's only when it has a key that only theirs has.
 */
export function recogniseConfig(
  path: string,
  keys: readonly string[],
  services: readonly Deployable[],
): Deployable | null {
  const named = services.filter(({ deploy }) =>
    deploy.configFiles.some((file) => path === file || path.endsWith(`/${file}`)),
  );
  const has = (wanted: string): boolean => keys.some((key) => key === wanted || key.startsWith(`${wanted}.`));
  return (
    named.find(({ deploy }) => deploy.configKeys.length > 0 && deploy.configKeys.some(has)) ??
    named.find(({ deploy }) => deploy.configKeys.length === 0) ??
    null
  );
}
