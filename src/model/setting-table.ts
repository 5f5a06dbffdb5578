/*
 * Tables of settings and values that belong to no single service, from rules/tables/.
 */

/** A name in capitals with `_` between its words; a leading `*_` stands for any words in front. */
export interface SwitchName {
  readonly name: string;
  readonly of: string;
  readonly source?: string;
}

/** What switches the check of a server's certificate off. */
export interface TlsSwitches {
  /** A word for false does. */
  readonly verify: readonly SwitchName[];
  /** A word for true does. */
  readonly skip: readonly SwitchName[];
  /** The empty value does; another names a file of authorities. */
  readonly bundle: readonly SwitchName[];
  /** Names a file of authorities; the empty value leaves the system's. */
  readonly authorities: readonly SwitchName[];
  readonly options: readonly { readonly program: string; readonly options: readonly string[] }[];
  /** Names that look like one of these and are not. */
  readonly except: readonly SwitchName[];
}

/** Values that are no secret, lower case. */
export interface KnownCredentials {
  /** By value, or by `sha256:` and the digest of the value in lower case. */
  readonly published: readonly { readonly value: string; readonly of: string }[];
  readonly common: readonly string[];
  /** `*` stands for any run of characters. */
  readonly placeholders: readonly string[];
  readonly standIns: readonly string[];
  /** How names of settings end that hold a secret. */
  readonly secretNames: readonly string[];
  /** Words of a name that make it a key somebody else issues. */
  readonly issuedByOthers: readonly string[];
  /** How names end that hold none although they look like it. */
  readonly noSecretNames: readonly string[];
}

export interface SettingTables {
  readonly switches: TlsSwitches;
  readonly credentials: KnownCredentials;
}
