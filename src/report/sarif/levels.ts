import type { Result } from 'sarif';
import type { Severity } from '../../model/rule.ts';

export const LEVELS = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
} as const satisfies Record<Severity, Result['level']>;

/**
 * GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low
 * (docs.github.com, SARIF support for code scanning, `security-severity`).
 */
export const SECURITY_SEVERITY = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.1',
} as const satisfies Record<Severity, string>;
