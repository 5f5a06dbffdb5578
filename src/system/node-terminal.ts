import type { FileRead, Terminal } from './ports.ts';

const DEFAULT_COLUMNS = 100;

export function nodeTerminal(env: NodeJS.ProcessEnv): Terminal {
  const { stdout, stderr } = process;
  // A closed pipe (`postern … | head`) ends the output, not the program.
  stdout.on('error', ignoreBrokenPipe);
  stderr.on('error', ignoreBrokenPipe);
  return {
    stdoutIsTty: stdout.isTTY === true,
    stderrIsTty: stderr.isTTY === true,
    columns: stdout.columns ?? DEFAULT_COLUMNS,
    colour: wantsColour(env, stdout.isTTY === true),
    links: showsLinks(env, stdout.isTTY === true),
    // Opened when it is read: that takes longer than all else here.
    stdin: (maxBytes) => readAll(process.stdin, maxBytes),
    async out(text) {
      // The next piece is made when this one is gone.
      for (const piece of typeof text === 'string' ? [text] : text)
        await new Promise<void>((resolve) => stdout.write(piece, () => resolve()));
    },
    err: (text) => void stderr.write(text),
  };
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** https://no-color.org and https://force-color.org. */
function wantsColour(env: NodeJS.ProcessEnv, tty: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return tty && env.TERM !== 'dumb';
}

/**
 * Terminals that show OSC 8 as a link say who they are; others print nothing of it or garbage, so nobody unknown gets
 * any. FORCE_HYPERLINK decides for those that are not known here.
 */
function showsLinks(env: NodeJS.ProcessEnv, tty: boolean): boolean {
  if (env.FORCE_HYPERLINK) return env.FORCE_HYPERLINK !== '0';
  if (!tty || env.CI || env.TERM === 'dumb' || env.TMUX || env.STY) return false;
  if (Number(env.VTE_VERSION) >= 5000 || env.WT_SESSION || env.KONSOLE_VERSION || env.DOMTERM) return true;
  if (/^(iTerm\.app|WezTerm|vscode|ghostty|Hyper|rio)$/.test(env.TERM_PROGRAM ?? '')) return true;
  return /^(xterm-kitty|xterm-ghostty|foot|alacritty|contour)/.test(env.TERM ?? '');
}

async function readAll(stream: NodeJS.ReadStream, maxBytes: number): Promise<FileRead> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBytes) return { status: 'failed', reason: `is larger than ${maxBytes} bytes` };
  }
  return {
    status: 'ok',
    text: Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  };
}
