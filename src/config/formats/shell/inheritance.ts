import type { Span } from '../../../model/span.ts';
import type { Collector } from '../../deployment/collector.ts';
import type { NamedText } from './run-command.ts';
import type { Scope } from './scope.ts';

/** Exported variables, summed over all commands of a script. */
const MOST = 60_000;

/** What commands inherit. A script that exports thousands of variables for thousands of commands is not followed to its end. */
export class Inheritance {
  #carried = 0;

  /** `unfollowed`: from here on variables may be set that nobody counts. */
  of(
    scope: Scope,
    span: Span,
    troubles: Collector['troubles'],
  ): { readonly inherited: readonly NamedText[]; readonly unfollowed: readonly Span[] } {
    if (this.#carried > MOST) return { inherited: [], unfollowed: [span] };
    const inherited = [...scope.environment].map(([name, value]) => ({ name, value }));
    this.#carried += inherited.length;
    if (this.#carried > MOST)
      troubles.push({ span, what: 'shell: exports more for more commands than is followed; from here on it is not' });
    return { inherited, unfollowed: [] };
  }
}
