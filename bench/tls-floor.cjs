// The least that Node can do: the connections of an inspection, six at once, with hellos that are there already, each ended
// at the first octets of the answer, and two handshakes by OpenSSL. `tls-floor.cjs FILE PORT`: the hellos, JSON, base64.
const { readFileSync } = require('node:fs');
const net = require('node:net');
const tls = require('node:tls');

const [file, port] = process.argv.slice(2);
const place = { host: '127.0.0.1', port: Number(port) };
const hellos = JSON.parse(readFileSync(file, 'utf8')).map((hello) => Buffer.from(hello, 'base64'));

function next() {
  const hello = hellos.shift();
  if (hello === undefined) return;
  const socket = net.connect({ ...place, noDelay: true }, () => socket.write(hello));
  const end = () => {
    socket.removeAllListeners();
    socket.destroy();
    next();
  };
  socket.once('data', end).once('end', end).once('error', end);
}

function handshake(left) {
  const socket = tls.connect({ ...place, ca: [], rejectUnauthorized: false, ciphers: 'ALL:@SECLEVEL=0' });
  socket.once('session', () => {
    socket.destroy();
    if (left > 1) handshake(left - 1);
  });
  socket.on('error', () => undefined);
}

for (let line = 0; line < 6; line += 1) next();
handshake(2);
