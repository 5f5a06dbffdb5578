import { Socket, type TcpNetConnectOpts } from 'node:net';
import type { DialEvents, Dialer } from './dialer.ts';
import { SELF_CONNECTION } from './verdict.ts';

/**
 * Dials with node:net. A line keeps its socket object and connects it again after `close`, which node:net allows and
 * which costs half of what a new socket costs; an accepted socket leaves with its new owner.
 */
export function createNetDialer(events: DialEvents): Dialer {
  const lines: Line[] = [];

  return {
    dial(number, address, port) {
      let line = lines[number];
      if (line === undefined) {
        line = createLine(number, events);
        lines[number] = line;
      }
      line.dial(address, port);
    },
    hangUp(number) {
      lines[number]?.hangUp();
    },
    catchUp() {},
    end() {},
  };
}

interface Line {
  dial(address: string, port: number): void;
  hangUp(): void;
}

function createLine(number: number, events: DialEvents): Line {
  const options: TcpNetConnectOpts = { host: '', port: 0, autoSelectFamily: false, lookup: refuseLookup };
  let waiting = false;
  let socket = createSocket();

  function createSocket(): Socket {
    const fresh = new Socket();
    fresh.on('connect', onConnect);
    fresh.on('connectionAttemptFailed', onAttemptFailed);
    fresh.on('error', onError);
    fresh.on('close', onClose);
    return fresh;
  }

  function onConnect(): void {
    const connected = socket;
    if (isSelfConnection(connected)) {
      fail(SELF_CONNECTION);
      connected.resetAndDestroy();
      return;
    }
    waiting = false;
    replaceSocket();
    events.accepted(number, connected);
    connected.off('error', onError);
    events.idle(number);
  }

  function replaceSocket(): void {
    socket.off('connect', onConnect);
    socket.off('connectionAttemptFailed', onAttemptFailed);
    socket.off('close', onClose);
    socket = createSocket();
  }

  // Comes before `error`; destroying the socket here spares the second round of events.
  function onAttemptFailed(_address: string, _port: number, _family: number, error: NodeJS.ErrnoException): void {
    fail(error.code ?? error.message);
    socket.destroy();
  }

  // What fails at once, before anything was sent (no route, no descriptor), comes only here.
  function onError(error: NodeJS.ErrnoException): void {
    fail(error.code ?? error.message);
  }

  function onClose(): void {
    events.idle(number);
  }

  function fail(code: string): void {
    if (!waiting) return;
    waiting = false;
    events.failed(number, code);
  }

  return {
    dial(address, port) {
      waiting = true;
      options.host = address;
      options.port = port;
      try {
        socket.connect(options);
      } catch (error) {
        // Not a port number. Whether the socket will close depends on how far it had come, so it is left behind.
        socket.destroy();
        replaceSocket();
        fail(codeOf(error));
        queueMicrotask(() => events.idle(number));
      }
    },
    hangUp() {
      waiting = false;
      socket.destroy();
    },
  };
}

/** A port of this host picked as the source of a connection to that very port connects to itself (RFC 9293, 3.5). */
function isSelfConnection(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}

/** Reached only by an address that is not numeric. */
function refuseLookup(
  hostname: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException, address: string) => void,
): void {
  const error: NodeJS.ErrnoException = new Error(`Not a numeric address: ${hostname}`);
  error.code = 'ENOTFOUND';
  callback(error, '');
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
