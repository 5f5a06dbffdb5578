import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type Asked, OWN_HOST, type Replay } from './replay.ts';

/*
 * The floor of the endpoints bench, `floor.js REPLAY AT-ONCE`: sends again what Postern sent, to the same doors over as
 * many connections, so many doors at once, with node:http and no thought. Prints the number of answers.
 */
const [file = '', atOnce = '1'] = process.argv.slice(2);
const { series, doors }: Replay = JSON.parse(readFileSync(file, 'utf8'));
let answers = 0;

function ask(agent: Agent, host: string, port: number, { method, path, headers, body }: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    const named: Record<string, string> = {};
    for (let n = 0; n < headers.length; n += 2)
      named[headers[n] ?? ''] = headers[n + 1] === OWN_HOST ? `${host}:${port}` : (headers[n + 1] ?? '');
    const asking = request({ agent, host, port, method, path, headers: named }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        Buffer.concat(chunks).toString();
        answers += 1;
        resolve();
      });
    });
    asking.on('error', reject).end(body);
  });
}

let next = 0;
async function work(): Promise<void> {
  for (let door = doors[next++]; door !== undefined; door = doors[next++]) {
    const [host, port, number] = door;
    for (const requests of series[number] ?? []) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const asked of requests) await ask(agent, host, port, asked);
      agent.destroy();
    }
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, work));
console.log(answers);
