import { tunnelsOf } from '../formats/shell/tunnels.ts';
import { ExpandedText } from '../source/expanded-text.ts';
import { directoryOf } from '../source/paths.ts';
import type { DeclaredProcess, Publication } from './declarations.ts';
import { known, written } from './value.ts';

/** Images of programs that publish what another container listens on, and the program they run. */
const TUNNELS: readonly (readonly [image: RegExp, program: string])[] = [
  [/(^|\/)cloudflared(:|@|$)/, 'cloudflared'],
  [/(^|\/)ngrok(:|@|$)/, 'ngrok'],
];

/** `cloudflared tunnel --url http://ollama:11434` in a container of its own: a way in to its neighbour. */
export function tunnelPublications(processes: readonly DeclaredProcess[]): readonly Publication[] {
  return processes.flatMap((process): readonly Publication[] => {
    const image = known(process.image);
    const program = TUNNELS.find(([name]) => image !== undefined && name.test(image))?.[1];
    const words = process.args ?? process.argv;
    if (program === undefined || !words?.[0]) return [];
    const argv = [
      ...(words[0].text === program ? [] : [ExpandedText.of(written(program, words[0].span))]),
      ...words.map(ExpandedText.of),
    ];
    return tunnelsOf(argv).flatMap((tunnel) => {
      const host = hostIn(words.map(({ text }) => text));
      const target = processes.find(
        ({ aliases, span }) =>
          host !== null && aliases.includes(host) && directoryOf(span.file) === directoryOf(process.span.file),
      );
      return target ? [{ ...tunnel, process: target.id, protocol: 'tcp', loopbackEdit: null }] : [];
    });
  });
}

function hostIn(words: readonly string[]): string | null {
  for (const word of words) {
    const [, host] = /^(?:--url=)?(?:https?:\/\/)?([a-z][\w.-]*):\d{1,5}\/?$/i.exec(word) ?? [];
    if (host) return host;
  }
  return null;
}
