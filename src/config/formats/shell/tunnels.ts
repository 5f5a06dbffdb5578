import { programOf } from '../../command/launchers.ts';
import type { Gate } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { ExpandedText } from '../../source/expanded-text.ts';

/** A way in that a command opens from elsewhere to a port of this machine. */
export interface Tunnel {
  readonly kind: 'tunnel' | 'port';
  readonly hostAddress: Value | null;
  readonly hostPort: Value | null;
  readonly targetPort: Value | null;
  readonly gate: Gate;
  readonly tls: 'on' | 'unknown';
  readonly span: Value['span'];
}

const OPEN: Gate = { state: 'off', kinds: [], because: [] };
const UNSEEN: Gate = { state: 'unknown', kinds: [], because: [] };
/** Hosts that publish what `ssh -R` brings. */
const PUBLIC_SSH = /(^|@)([\w.-]*\.)?(serveo\.net|localhost\.run|lhr\.life|pinggy\.io|srv\.us|tuns\.sh)(:|$)/i;

export function tunnelsOf(argv: readonly ExpandedText[]): readonly Tunnel[] {
  const name = programOf(argv[0]);
  const words = argv.slice(1);
  const second = words[0]?.text ?? '';
  const to = (target: ExpandedText | null | undefined, gate: Gate = OPEN): readonly Tunnel[] => [
    {
      kind: 'tunnel',
      hostAddress: null,
      hostPort: null,
      targetPort: target ? portOf(target) : null,
      gate,
      tls: 'on',
      span: (target ?? argv[0] ?? ExpandedText.written('', { file: '', start: 0, end: 0 })).value.span,
    },
  ];
  switch (name) {
    case 'ngrok': {
      if (second === 'start') return to(null, UNSEEN);
      if (!/^(http|tcp|tls)$/.test(second)) return [];
      const guard = words.find((word) =>
        /^--?(basic-auth|auth|oauth|oidc|cidr-allow|mutual-tls-cas|webhook-verification|traffic-policy)/.test(
          word.text,
        ),
      );
      return to(operand(words.slice(1)), guard ? gateOf(guard) : OPEN);
    }
    case 'cloudflared': {
      if (second !== 'tunnel') return [];
      const url = option(words, '--url');
      if (url) return to(url);
      return words.some((word) => word.text === 'run' || word.text === '--token') ? to(null, UNSEEN) : [];
    }
    case 'tailscale': {
      if (second !== 'funnel' || words.some((word) => /^(status|reset|off)$/.test(word.text))) return [];
      return to(operand(words.slice(1)));
    }
    case 'lt':
    case 'localtunnel':
      return to(option(words, '--port', '-p'));
    case 'zrok':
      return second === 'share' && words[1]?.text === 'public' ? to(operand(words.slice(2)), basic(words)) : [];
    case 'bore':
      return second === 'local' ? to(operand(words.slice(1))) : [];
    case 'devtunnel':
      return second === 'host' && words.some((word) => /^(--allow-anonymous|-a)$/.test(word.text))
        ? to(option(words, '-p', '--port-numbers'))
        : [];
    case 'jprq':
    case 'loophole':
      return /^(http|tcp)$/.test(second) ? to(operand(words.slice(1)), basic(words)) : [];
    case 'loclx':
      return second === 'tunnel' ? to(option(words, '--to'), basic(words)) : [];
    case 'ssh':
    case 'autossh':
      return ssh(words);
    case 'socat':
      return socat(words);
    case 'kubectl':
      return portForward(words);
    default:
      return [];
  }
}

function basic(words: readonly ExpandedText[]): Gate {
  const guard = words.find((word) => /^--(basic-auth|auth|oauth)/.test(word.text));
  return guard ? gateOf(guard) : OPEN;
}

function gateOf(word: ExpandedText): Gate {
  const { span } = word.value;
  const kind = /oauth|oidc/.test(word.text)
    ? 'oauth'
    : /cidr/.test(word.text)
      ? 'allow-list'
      : /mutual/.test(word.text)
        ? 'mtls'
        : 'basic';
  return {
    state: /policy/.test(word.text) ? 'unknown' : 'on',
    kinds: [kind],
    because: [{ span, text: word.text.replace(/=.*/, '') }],
  };
}

function operand(words: readonly ExpandedText[]): ExpandedText | undefined {
  return words.find((word) => !word.text.startsWith('-') && /\d|\uFFFC/.test(word.masked));
}

function option(words: readonly ExpandedText[], ...names: readonly string[]): ExpandedText | undefined {
  for (const [index, word] of words.entries()) {
    if (names.includes(word.text)) return words[index + 1];
    const name = names.find((one) => word.masked.startsWith(`${one}=`));
    if (name) return word.part(name.length + 1);
  }
  return undefined;
}

/** The port in `11434`, `:11434`, `localhost:11434`, `http://127.0.0.1:11434/`. */
function portOf(target: ExpandedText): Value | null {
  const match = /(?:^|:)(\d{1,5}|\uFFFC+)\/?$/.exec(target.masked);
  if (!match?.[1]) return null;
  const from = match.index + match[0].indexOf(match[1]);
  return target.slice(from, from + match[1].length);
}

/** `-R [bind:]port:host:hostport` that the other side publishes, `-L` that this side does. */
function ssh(words: readonly ExpandedText[]): readonly Tunnel[] {
  const gateway = words.some((word) => /^-[a-zA-Z]*g[a-zA-Z]*$/.test(word.text));
  const toPublic = words.some((word) => PUBLIC_SSH.test(word.text));
  return words.flatMap((word, index): readonly Tunnel[] => {
    const [, letter = '', attached = ''] = /^-[fNTnqvCg]*([RL])(.*)$/s.exec(word.text) ?? [];
    if (letter === '') return [];
    const spec = attached === '' ? words[index + 1] : word.part(word.text.length - attached.length);
    if (!spec) return [];
    const parts = /^(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+|\uFFFC+):(\[[^\]]*\]|[^:]+):(\d+|\uFFFC+)$/.exec(spec.masked);
    if (!parts) return [];
    const [, bind] = parts;
    const everywhere = bind !== undefined && /^(|\*|0\.0\.0\.0|\[?::\]?)$/.test(bind);
    const length = spec.text.length;
    const place = {
      targetPort: spec.slice(length - (parts[4] ?? '').length, length),
      span: spec.value.span,
      gate: OPEN,
    };
    const hostPort =
      bind === undefined
        ? spec.slice(0, (parts[2] ?? '').length)
        : spec.slice(bind.length + 1, bind.length + 1 + (parts[2] ?? '').length);
    if (letter === 'R' && (toPublic || everywhere))
      return [{ kind: 'tunnel', hostAddress: null, hostPort, tls: 'unknown', ...place }];
    if (letter === 'L' && (everywhere || (gateway && bind === undefined)))
      return [
        { kind: 'port', hostAddress: bind ? spec.slice(0, bind.length) : null, hostPort, tls: 'unknown', ...place },
      ];
    return [];
  });
}

/** `socat TCP-LISTEN:11435,fork,bind=0.0.0.0 TCP:127.0.0.1:11434`. */
function socat(words: readonly ExpandedText[]): readonly Tunnel[] {
  const addresses = words.filter((word) => /^[A-Za-z][A-Za-z0-9-]*:/.test(word.text));
  const [from, to] = addresses;
  const heard = /^(TCP|TCP4|TCP6|OPENSSL)-L(?:ISTEN)?:(\d+|\uFFFC+)/i.exec(from?.masked ?? '');
  const target = /^(?:TCP|TCP4|TCP6|TCP-CONNECT):(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]):(\d+|\uFFFC+)/i.exec(
    to?.masked ?? '',
  );
  if (!from || !to || !heard?.[2] || !target?.[1]) return [];
  const bind = /,bind=([^,]+)/i.exec(from.masked);
  const hostPort = from.slice(heard[0].length - heard[2].length, heard[0].length);
  return [
    {
      kind: 'port',
      hostAddress: bind?.[1] ? from.slice(bind.index + ',bind='.length, bind.index + bind[0].length) : null,
      hostPort,
      targetPort: to.slice(target[0].length - target[1].length, target[0].length),
      // `range=` lets in whom it names, `verify` of a listener with TLS whoever has a certificate.
      gate: /,range=|^openssl/i.test(from.text) ? UNSEEN : OPEN,
      tls: 'unknown',
      span: hostPort.span,
    },
  ];
}

/** `kubectl port-forward --address 0.0.0.0 svc/x 8080:80`. */
function portForward(words: readonly ExpandedText[]): readonly Tunnel[] {
  const address = option(words, '--address');
  if (!words.some((word) => word.text === 'port-forward') || !address) return [];
  const ports = words.findLast((word) => /^\d+(:\d+)?$/.test(word.text));
  if (!ports) return [];
  const colon = ports.text.indexOf(':');
  const hostPort = ports.slice(0, colon === -1 ? undefined : colon);
  const targetPort = ports.slice(colon + 1);
  return [
    {
      kind: 'port',
      hostAddress: address.value,
      hostPort,
      targetPort,
      gate: OPEN,
      tls: 'unknown',
      span: address.value.span,
    },
  ];
}
