import { once } from 'node:events';
import { connect } from 'node:net';
import { inspectPort } from './inspect.ts';
import { nmapSuites, sslscan } from './oracles.ts';

/*
 * `opinions.ts PORT SSLSCAN NMAP`: what three scanners see on a server of 127.0.0.1, in the network namespace that this
 * is started in. For servers that listen on every address and are therefore shut in there.
 */

const [port = 0, programs = []] = [Number(process.argv[2]), process.argv.slice(3)];
const [sslscanProgram = '', nmapProgram = ''] = programs;

while (!(await accepts())) await new Promise((resolve) => setTimeout(resolve, 20));
const { protocols, lacks } = await inspectPort(port);
const report = {
  postern: Object.fromEntries(
    protocols.flatMap(({ version, suites }) => (suites.length > 0 ? [[version, suites.map(({ name }) => name)]] : [])),
  ),
  lacks: lacks.filter(({ check }) => check.startsWith('suites')),
  sslscan: await sslscan(sslscanProgram, port),
  nmap: await nmapSuites(nmapProgram, port),
};
process.stdout.write(JSON.stringify(report));

async function accepts(): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
