import type { ReceivedRequest } from '../../../fixtures/lab/stand-in.ts';
import { startStandIn } from '../../../fixtures/lab/stand-in.ts';
import { always, answersOf } from '../../support/answers.ts';

/** A stand-in in a process of its own, so that the socket table has a name for it. */
export interface ServerTask {
  /** Below fixtures/answers/; null: a page that is no AI service. */
  readonly answers: string | null;
  readonly host: string;
  readonly port: number;
  readonly ipv6Only?: boolean;
  /** In the network namespace that `CONTAINER` of namespace.ts makes. */
  readonly contained?: boolean;
  /** Command line that the process goes by; its own where left out. */
  readonly title?: string;
  /** systemd unit that its control group names. */
  readonly unit?: string;
  /** Variables it is started with. */
  readonly env?: Readonly<Record<string, string>>;
  readonly tls?: { readonly key: string; readonly cert: string };
}

const task: ServerTask = JSON.parse(process.env.POSTERN_TEST_SERVER ?? '');
if (task.title !== undefined) process.title = task.title;
const { host, port, ipv6Only = false, tls } = task;
const routes = task.answers === null ? always(200, '<title>Welcome</title>') : answersOf(task.answers);
const standIn = await startStandIn(routes, { host, port, ipv6Only, ...(tls ? { tls } : {}) });
process.on('message', () => {
  const received: readonly ReceivedRequest[] = standIn.received;
  process.send?.({ received });
});
process.send?.('ready');
