declare const chosen: unique symbol;

/**
 * Where a notification may go. Only `notify/` makes one, from what the user wrote on the command line or in the
 * configuration: nothing that a scan has met can become the place its results are sent to.
 */
export interface NotificationTarget {
  readonly [chosen]: true;
  readonly url: string;
  /** Scheme, host and port: what messages show. The path of a hook is often its password. */
  readonly shown: string;
}

/** Made by `notify/sign.ts`: a body that will not change any more, with its headers. */
export interface Notification {
  readonly target: NotificationTarget;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
