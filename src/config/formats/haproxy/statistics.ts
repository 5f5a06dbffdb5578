import type { Span } from '../../../model/span.ts';
import type { DeclaredSetting } from '../../deployment/declarations.ts';
import { type Barrier, closed, undecided } from '../../gates/gate.ts';
import { part } from '../../source/placed.ts';
import { valueAt } from './bind.ts';
import type { Line, Section } from './syntax.ts';

interface Statistics {
  readonly path: string;
  /** Servers are taken out, and put back, on it. */
  readonly administers: boolean;
  readonly barriers: readonly Barrier[];
  readonly span: Span;
}

/**
 * The statistics page of a section, which any `stats` of it or of its `defaults` turns on, in mode http only
 * (https://docs.haproxy.org/3.0/configuration.html#4.2-stats%20enable).
 */
export function statisticsOf(
  { lines }: Section,
  defaults: readonly Line[],
  holds: (condition: Line) => boolean,
): Statistics | null {
  const mode = [...defaults, ...lines].findLast(({ name }) => name.text === 'mode')?.args[0]?.text;
  const own = statistics(lines);
  const all = [...own, ...statistics(defaults)];
  const [first] = all;
  if (!first || mode !== 'http') return null;
  const said = (what: string): Line | undefined => all.find(({ args }) => args[0]?.text === what);
  const login = said('auth');
  const rule = said('http-request');
  const admin = said('admin');
  return {
    path: said('uri')?.args[1]?.text ?? '/haproxy?stats',
    administers: admin !== undefined && holds(admin),
    barriers: [
      ...(login ? [closed('basic', login.span, '`stats auth`')] : []),
      ...(rule ? [undecided('rule', rule.span, '`stats http-request`')] : []),
    ],
    span: (said('enable') ?? admin ?? first).span,
  };
}

function statistics(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ name }) => name.text === 'stats');
}

/** `stats auth user:password`: who gets in may take servers out where `stats admin` lets them. */
export function statisticsLogins({ lines }: Section): readonly DeclaredSetting[] {
  return lines.flatMap(({ name, args: [what, login] }) => {
    const colon = login?.text.indexOf(':') ?? -1;
    if (name.text !== 'stats' || what?.text !== 'auth' || !login || colon === -1) return [];
    return [{ setting: 'stats auth password', value: valueAt(part(login, colon + 1)), process: null }];
  });
}
