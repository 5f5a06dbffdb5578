export const CONFIGURATION_ROLES = ['unit', 'drop-in', 'environment', 'service', 'proxy', 'compose'] as const;
export type ConfigurationRole = (typeof CONFIGURATION_ROLES)[number];

/** A file that configures something on this host. */
export interface ConfigurationFile {
  readonly path: string;
  readonly role: ConfigurationRole;
  /** Unit that it configures; null: not known, or not one. */
  readonly unit: string | null;
  /** Why it is not in effect, e.g. `nginx neither runs nor starts with this host`; null: it is, or may be. */
  readonly idle: string | null;
  /** Directory that relative paths in a proxy's file count from. */
  readonly base: string | null;
  /** Null where it could not be read. */
  readonly text: string | null;
  /** Milliseconds since 1970. */
  readonly modified: number;
}
