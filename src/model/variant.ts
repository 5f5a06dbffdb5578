/**
 * Ways of asking for a guarded path that reach the same handler where a gate and what stands behind it read requests
 * differently. Templates: each is applied to the guarded GETs of a service, and every result is listed by
 * `postern rules requests`.
 */
export const VARIANT_NAMES = [
  'double-slash',
  'trailing-slash',
  'dot-segment',
  'encoded-slash',
  'upper-case',
  'forwarded-for',
  'forwarded-path',
  'forwarded-host',
  'method-override',
  'query-key',
  'foreign-host',
] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];
