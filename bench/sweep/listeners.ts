import { once } from 'node:events';
import { createServer } from 'node:net';
import { placesOf, scenarioNamed } from './scenarios.ts';

/*
 * Listens on every place of the scenario that is to be open, says how many those are, and stays until it is killed.
 */
const scenario = scenarioNamed(process.argv[2]);
let index = 0;
let open = 0;
for (const { address, port } of placesOf(scenario)) {
  // Shifted by one for each port, so that every address is as likely to be open as any other.
  const shifted = index + Math.floor(index / scenario.addresses);
  if (scenario.openEvery > 0 && shifted % scenario.openEvery === 0) {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await once(server.listen({ host: address, port }), 'listening');
    open += 1;
  }
  index += 1;
}
console.log(open);
setInterval(() => {}, 1 << 30);
