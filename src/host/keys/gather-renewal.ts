import type { Machine } from '../../system/machine.ts';

/** A client of an ACME authority, the certificates it keeps, and whether anything runs it. */
export interface Renewal {
  readonly client: 'certbot' | 'acme.sh';
  readonly certificates: readonly string[];
  /** What runs it, e.g. `certbot.timer`; null: nothing does. `unknown`: a table that may name it could not be read. */
  readonly scheduledBy: string | null | 'unknown';
}

const MAX_FILE = 262_144;
const LIVE = '/etc/letsencrypt/live';
const WANTED = ['/etc/systemd/system/timers.target.wants', '/usr/lib/systemd/system/timers.target.wants'];
const CRON_DIRECTORIES = ['/etc/cron.d', '/etc/cron.daily', '/etc/cron.weekly', '/etc/cron.hourly'];
const CRONTABS = ['/var/spool/cron/crontabs', '/var/spool/cron'];

export async function gatherRenewals(machine: Machine, homes: readonly string[]): Promise<Renewal[]> {
  const renewals: Renewal[] = [];
  const live = ((await machine.names(LIVE)) ?? []).filter((name) => name !== 'README');
  if (live.length > 0)
    renewals.push({
      client: 'certbot',
      certificates: live.map((name) => `${LIVE}/${name}/fullchain.pem`),
      scheduledBy: await scheduleOf(machine, 'certbot'),
    });
  for (const home of homes) {
    const names = (await machine.names(`${home}/.acme.sh`)) ?? [];
    const kept = names.filter((name) => name.includes('.') && !/\.(?:sh|conf|env|header|csh)$/.test(name));
    const certificates = kept.map((name) => `${home}/.acme.sh/${name}/fullchain.cer`);
    if (certificates.length > 0)
      renewals.push({ client: 'acme.sh', certificates, scheduledBy: await scheduleOf(machine, 'acme.sh') });
  }
  return renewals;
}

async function scheduleOf(machine: Machine, client: string): Promise<Renewal['scheduledBy']> {
  const told = await machine.tell('timers');
  const timer =
    told.status === 'ok'
      ? /(\S+\.timer)/.exec(told.text.split('\n').find((line) => line.includes(client)) ?? '')?.[1]
      : await enabledTimer(machine, client);
  return timer ?? cronEntry(machine, client);
}

/** What starts with a machine that cannot be asked: enabled, and not masked by a link to /dev/null (systemd.unit(5)). */
async function enabledTimer(machine: Machine, client: string): Promise<string | undefined> {
  for (const directory of WANTED) {
    for (const name of (await machine.names(directory)) ?? []) {
      if (!name.includes(client) || !name.endsWith('.timer')) continue;
      if ((await machine.link(`/etc/systemd/system/${name}`)) !== '/dev/null') return name;
    }
  }
  return undefined;
}

async function cronEntry(machine: Machine, client: string): Promise<Renewal['scheduledBy']> {
  // Debian's own entry for certbot does nothing where systemd runs.
  const systemd = (await machine.names('/run/systemd/system')) !== null;
  const runs = (text: string): boolean =>
    text
      .split('\n')
      .some(
        (line) => !/^\s*#/.test(line) && line.includes(client) && !(systemd && line.includes('-d /run/systemd/system')),
      );
  const read = async (path: string): Promise<string> => {
    const file = await machine.read(path, MAX_FILE);
    return file.status === 'ok' ? file.text : '';
  };
  if (runs(await read('/etc/crontab'))) return '/etc/crontab';
  for (const directory of CRON_DIRECTORIES) {
    for (const name of (await machine.names(directory)) ?? [])
      if (runs(await read(`${directory}/${name}`))) return `${directory}/${name}`;
  }
  let hidden = false;
  for (const directory of CRONTABS) {
    const names = await machine.names(directory);
    if (names === null && (await machine.status(directory)) !== null) hidden = true;
    for (const name of names ?? []) if (runs(await read(`${directory}/${name}`))) return `${directory}/${name}`;
  }
  return hidden ? 'unknown' : null;
}
