import type { PosternConfig } from '../model/postern-config.ts';
import { UsageError } from '../model/trouble.ts';
import type { News } from '../report/notification/message.ts';
import type { System } from '../system/ports.ts';

/** The options of a command that can tell somebody. */
export interface NotifyArguments {
  readonly notify?: string;
  readonly notifyFormat?: 'json' | 'slack';
  readonly notifyOn?: 'new' | 'always';
  readonly notifySecretEnv?: string;
}

/** Posts what is new. What goes wrong is said on standard error, and changes nothing else. */
export type Notify = (news: News | null) => Promise<void>;

const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Checks where to and with what before anything is dialled; null when nobody is to be told.
 * `compares`: without earlier runs there is no news. @throws UsageError
 */
export async function openNotifier(
  args: NotifyArguments,
  { notify }: Pick<PosternConfig, 'notify'>,
  compares: boolean,
  system: System,
): Promise<Notify | null> {
  const url = args.notify ?? notify?.url;
  if (url === undefined) {
    if (args.notifyFormat ?? args.notifyOn ?? args.notifySecretEnv)
      throw new UsageError('--notify-format, --notify-on and --notify-secret-env: of no use without --notify');
    return null;
  }
  if (!compares) {
    if (args.notify === undefined) return null;
    throw new UsageError('--notify: needs --save or --baseline, because it posts what changed');
  }
  const { notificationTarget } = await import('../notify/target.ts');
  const target = notificationTarget(url, args.notify === undefined ? `${notify?.at}: notify.url` : '--notify');
  const secret = secretOf(args.notifySecretEnv ?? notify?.secretEnv, system);
  const format = args.notifyFormat ?? notify?.format ?? 'json';
  const on = args.notifyOn ?? notify?.on ?? 'new';

  return async (news) => {
    if (news === null) return;
    const [{ urgentNews }, { notificationJson }, { notificationSlack }, { signed }, { deliver }, { httpPost }] =
      await Promise.all([
        import('../report/notification/message.ts'),
        import('../report/notification/json.ts'),
        import('../report/notification/slack.ts'),
        import('../notify/sign.ts'),
        import('../notify/deliver.ts'),
        import('../system/http-post.ts'),
      ]);
    if (on === 'new' && urgentNews(news).length === 0) return;
    const body = format === 'slack' ? notificationSlack(news) : notificationJson(news);
    const notification = signed(target, body, secret, system.clock.now());
    const delivery = await deliver(notification, httpPost, system.clock, system.interrupt);
    if (delivery.status === 'delivered') return;
    const times = delivery.attempts === 1 ? 'once' : `${delivery.attempts} times`;
    system.terminal.err(
      `postern: --notify: ${target.shown} was not told (tried ${times}: ${delivery.reason}); the exit code is not affected\n`,
    );
  };
}

/** @throws UsageError when the variable is not set: an unsigned message would look like a forged one. */
function secretOf(name: string | undefined, { env }: System): string | null {
  if (name === undefined) return null;
  if (!SECRET_NAME.test(name))
    throw new UsageError('--notify-secret-env: expected the name of an environment variable');
  const secret = env[name];
  if (secret === undefined || secret === '')
    throw new UsageError(`--notify-secret-env ${name}: this environment variable is not set`);
  return secret;
}
