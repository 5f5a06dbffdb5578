import type { Notification } from 'sarif';
import type { ResultDocument } from '../../model/result.ts';
import { placeOf } from '../place.ts';
import { sarifLocation } from './locations.ts';
import { message } from './text.ts';

/** What could not be examined or decided: no result, and not silence either. */
export function sarifNotifications({ troubles, coverage }: ResultDocument): Notification[] {
  return [
    ...(coverage.complete
      ? []
      : [notification('interrupted', 'error', 'The run was interrupted; its results are partial.')]),
    ...troubles.map(({ kind, where, what }) => notification(kind, 'warning', `${where}: ${what}`)),
    ...coverage.undecided.map(({ rule, location, missing }) => ({
      ...notification(
        'undecided',
        'note',
        `${rule} could not be decided at ${placeOf(location)}: ${missing.join(', ')} unknown`,
      ),
      locations: [sarifLocation(location)],
      associatedRule: { id: rule },
    })),
  ];
}

function notification(id: string, level: Notification['level'], text: string): Notification {
  return { descriptor: { id }, level, message: message(text) };
}
