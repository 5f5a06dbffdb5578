'use strict';
/*
 * `cipher-string-oracle.cjs` for any Node since 16: reads a list of cipher strings (JSON) from standard input and prints, for
 * each, the suites of the hello that the OpenSSL inside makes of it, as codes in order; null where it takes none.
 */
const net = require('node:net');
const tls = require('node:tls');

function suitesOf(hello) {
  // Record and handshake headers, version, random, session, suites.
  const at = 9 + 2 + 32;
  const suites = at + 1 + hello[at];
  const codes = [];
  for (let i = 0; i < hello.readUInt16BE(suites); i += 2) codes.push(hello.readUInt16BE(suites + 2 + i));
  return codes;
}

function helloFor(ciphers) {
  return new Promise((done) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (hello) => {
        done(suitesOf(hello));
        socket.destroy();
        server.close();
      });
    });
    server.listen(0, '127.0.0.1', () => {
      try {
        const wish = { host: '127.0.0.1', port: server.address().port, ciphers };
        const identity = { psk: Buffer.from('00', 'hex'), identity: 'any' };
        const socket = tls.connect({
          ...wish,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.2',
          pskCallback: () => identity,
        });
        socket.on('error', () => undefined);
      } catch {
        done(null);
        server.close();
      }
    });
  });
}

let text = '';
process.stdin.on('data', (piece) => {
  text += piece;
});
process.stdin.on('end', async () => {
  const found = [];
  for (const ciphers of JSON.parse(text)) found.push(await helloFor(ciphers));
  process.stdout.write(JSON.stringify(found));
});
