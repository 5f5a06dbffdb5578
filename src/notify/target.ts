import type { NotificationTarget } from '../model/notification.ts';
import { UsageError } from '../model/trouble.ts';

/** @param said how errors call it: `--notify`, `postern.config.yaml:9:3: notify.url`. @throws UsageError */
export function notificationTarget(text: string, said: string): NotificationTarget {
  if (!URL.canParse(text)) throw new UsageError(`${said}: expected an http or https URL`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UsageError(`${said}: expected an http or https URL, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${said}: expected a URL without a password; a secret of the environment signs the message`);
  url.hash = '';
  return { url: url.href, shown: url.origin } as NotificationTarget;
}
