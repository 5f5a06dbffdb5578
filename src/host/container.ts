/** A running container, as far as the files of its engine tell. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Its first process; null where only the control group of a process leads to it. */
  readonly pid: number | null;
  readonly addresses: readonly string[];
  readonly published: readonly Publication[];
  /** Compose files it was made from, by its labels. */
  readonly composeFiles: readonly string[];
}

export interface Publication {
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
}
