/** What the owner of a service gave. Never printed; what was derived from it is no less secret. */
export type Credential =
  | { readonly kind: 'key'; readonly value: string }
  /** A bearer token that may have parts of its own. */
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };
