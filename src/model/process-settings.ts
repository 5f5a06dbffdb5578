/** What a running process was told, by its arguments and variables. Secrets are only said to be there. */
export interface ProcessSettings {
  /** Address it was told to listen on, and by what. */
  readonly bind: ProcessSetting | null;
  readonly port: ProcessSetting | null;
  /** `set`: a key or password is given. `off`: a setting switches authentication off. */
  readonly auth: { readonly state: 'set' | 'off'; readonly by: string; readonly covers: string | null } | null;
  /** Files that its arguments and variables name for TLS. */
  readonly keyFiles: readonly { readonly path: string; readonly by: string }[];
  /** False where its variables could not be read: then what is not found may still be set. */
  readonly complete: boolean;
}

export interface ProcessSetting {
  readonly value: string;
  /** `--host`, `OLLAMA_HOST`. */
  readonly by: string;
}
