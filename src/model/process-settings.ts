/**
 * What a process was told about credentials. `off`: a setting switches them off. `impossible`: the service has none to
 * ask for. `default`: it asks unless told otherwise.
 */
export type AuthSetting = 'set' | 'unset' | 'off' | 'impossible' | 'default' | 'unknown';

/** What a running process was told, by its arguments and variables. Secrets are only said to be there. */
export interface ProcessSettings {
  /** Address it was told to listen on, and by what; null: it was told none. */
  readonly bind: ProcessSetting | null;
  readonly auth: { readonly state: AuthSetting; readonly by: string | null };
  /** Files that its arguments and variables name for TLS. */
  readonly keyFiles: readonly { readonly path: string; readonly by: string }[];
}

export interface ProcessSetting {
  readonly value: string;
  /** `--host`, `OLLAMA_HOST`. */
  readonly by: string;
}
