import { createHmac } from 'node:crypto';
import type { Notification, NotificationTarget } from '../model/notification.ts';
import { sha256 } from '../model/sha256.ts';
import { PROGRAM_VERSION } from '../model/version.ts';

/**
 * The message with its headers. `Postern-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 with the secret over
 * `<seconds>.<body>`; the time is signed so that a message cannot be sent again later.
 * `Postern-Delivery` is the same for every attempt, so that a receiver can tell a second one.
 */
export function signed(target: NotificationTarget, body: string, secret: string | null, now: Date): Notification {
  const seconds = Math.floor(now.getTime() / 1000);
  const mac = secret === null ? null : createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return {
    target,
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': `postern/${PROGRAM_VERSION}`,
      'postern-delivery': sha256(`${seconds}.${body}`).slice(0, 32),
      ...(mac === null ? {} : { 'postern-signature': `t=${seconds},v1=${mac}` }),
    },
  };
}
