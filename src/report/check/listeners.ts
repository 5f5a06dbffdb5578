import type { HostReport, Listener } from '../../model/host.ts';
import { heading, labelled, note, type Page } from '../table/page.ts';
import { counted } from '../table/words.ts';
import { span } from '../terminal/span.ts';

/** What else listens: a line for all of it, or a line each when everything is asked for. */
export function listenerLines({ listeners, exposures }: HostReport, page: Page): string[] {
  const others = listeners.filter(({ port }) => !exposures.some((exposure) => exposure.port === port));
  if (others.length === 0) return [];
  if (!page.all)
    return [
      '',
      ...note(
        `${counted(others.length, 'other listener')}, no AI service recognised; --all lists ${others.length === 1 ? 'it' : 'them'}`,
        page,
      ),
    ];
  const width = Math.max(...others.map((listener) => placeOf(listener).length));
  return [
    '',
    heading('OTHER LISTENERS', [], page),
    ...others.flatMap((listener) => labelled(placeOf(listener), [span(holderOf(listener), 'faint', 160)], width, page)),
  ];
}

function placeOf({ address, port }: Listener): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function holderOf({ process: holder }: Listener): string {
  if (!holder) return 'process not readable';
  return [`${holder.name.split(' ')[0]} [${holder.pid}]`, holder.unit, holder.user]
    .filter((part) => part !== null)
    .join('  ');
}
