import type { DeclaredSetting } from '../../deployment/declarations.ts';
import type { Scope } from './scope.ts';
import type { Directive } from './syntax.ts';
import { valueAt } from './values.ts';

const CROSS_ORIGIN = /^access-control-allow-(origin|credentials)$/;

/** What a block says of cross-origin requests: `add_header Access-Control-Allow-Origin *`. */
export function headerSettings(directives: readonly Directive[], scope: Scope): readonly DeclaredSetting[] {
  return directives.flatMap((directive): readonly DeclaredSetting[] => {
    const { name, args, block } = directive;
    if (name === 'if' && block) return headerSettings(block, scope);
    const [header, value] = args;
    if ((name !== 'add_header' && name !== 'more_set_headers') || !header) return [];
    const called = header.text.toLowerCase();
    if (!value || !CROSS_ORIGIN.test(called)) return [];
    return [{ setting: called, value: valueAt(value, scope), process: null }];
  });
}
