import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { nssStore } from './nss-store.ts';
import type { Bundle, Errand, Outcomes } from './real-clients.ts';

/*
 * Firefox without a window, driven over Marionette, which every Firefox has: playwright-core drives only one of its own
 * build. A message is a JSON array with its length in front (firefox-source-docs, testing/marionette/Protocol).
 */

/** Every name is this host, and what the browser would look up by itself ends there too. */
const PREFERENCES = {
  'marionette.port': 0,
  'network.dns.forceResolve': '127.0.0.1',
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** Fetched by a page, all at once. */
const FETCH_ALL = `
const [places, done] = arguments;
const one = ([id, url]) => fetch(url, { mode: 'no-cors' }).then(() => [id, null], ({ message }) => [id, message]);
Promise.all(places.map(one)).then(done);
`;

export async function dialFirefox(program: string, errands: readonly Errand[], bundle: Bundle): Promise<Outcomes> {
  const profile = bundle.folder;
  await nssStore(profile, bundle.authorities);
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const browser = spawn(program, ['--headless', '--no-remote', '--marionette', '--profile', profile], {
    env: { ...process.env, HOME: profile },
    stdio: 'ignore',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(browser, 'exit');
  try {
    const command = await marionette(browser, join(profile, 'MarionetteActivePort'));
    await command('WebDriver:NewSession', {});
    const places = errands.map(({ id, host, port }) => [id, `https://${host}:${port}/`]);
    await command('WebDriver:Navigate', { url: places[0]?.[1] });
    const { value } = await command('WebDriver:ExecuteAsyncScript', { script: FETCH_ALL, args: [places] });
    await command('Marionette:Quit', { flags: ['eForceQuit'] });
    await ended;
    return new Map(value as [string, string | null][]);
  } catch (error) {
    return new Map(errands.map(({ id }) => [id, String(error)]));
  } finally {
    browser.kill('SIGKILL');
  }
}

type Command = (name: string, parameters: object) => Promise<{ readonly value?: unknown }>;

async function marionette(browser: ChildProcess, portFile: string): Promise<Command> {
  while (!existsSync(portFile)) {
    if (browser.exitCode !== null) throw new Error(`Firefox ended with ${browser.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const socket = connect(Number(readFileSync(portFile, 'utf8')), '127.0.0.1');
  const messages = incoming(socket);
  await messages.next(); // its greeting
  let count = 0;
  return async (name, parameters) => {
    const text = JSON.stringify([0, ++count, name, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    const { value } = await messages.next();
    const [, , error, result] = value as [number, number, { message: string } | null, object];
    if (error) throw new Error(error.message);
    return result;
  };
}

async function* incoming(socket: Socket): AsyncGenerator<unknown, never> {
  let held = Buffer.alloc(0);
  for await (const piece of socket) {
    held = Buffer.concat([held, piece as Buffer]);
    for (;;) {
      const start = held.indexOf(':') + 1;
      const end = start + Number(held.subarray(0, start - 1));
      if (start === 0 || held.length < end) break;
      yield JSON.parse(held.toString('utf8', start, end));
      held = held.subarray(end);
    }
  }
  throw new Error('Firefox has gone');
}
