import { listKind } from '../../gates/addresses.ts';
import type { Caller } from '../../gates/caller.ts';
import type { Barrier, Outcome } from '../../gates/gate.ts';
import { type Acls, type Asked, conditionHolds, criteriaOf } from './conditions.ts';
import type { Line, Section } from './syntax.ts';

export type Ask = (caller: Caller) => Asked;

/** Rules of a section that decide whether a request goes on, in the order in which they stand. */
const RULES = /^(http-request|tcp-request|redirect|block|reqdeny|filter)$/;
const ENDS = new Set(['auth', 'deny', 'reject', 'tarpit', 'silent-drop', 'return', 'redirect', 'block']);

/**
 * What a section's rules make of strangers. `allow` ends the rules for whom it holds; everything else that ends a
 * request keeps it from the servers (manual, http-request).
 */
export function ruleBarriers(section: Section, acls: Acls): (ask: Ask) => readonly Barrier[] {
  const rules = section.lines.filter(({ name }) => RULES.test(name.text));
  const deciding = rules.filter((rule) => ENDS.has(actionOf(rule)) || isForeign(rule));
  const telling = deciding.find((rule) => concernsCallers(rule, acls)) ?? deciding[0];
  if (!telling) return () => [];
  const kind = kindOf(telling, acls);
  const because = { span: telling.span, text: `\`${telling.name.text} ${actionOf(telling)}\`` };
  return (ask) => [{ kind, because, meet: meeting(rules, acls, ask) }];
}

function meeting(rules: readonly Line[], acls: Acls, ask: Ask): Barrier['meet'] {
  return (caller: Caller): Outcome => {
    const asked = ask(caller);
    let doubtful = false;
    for (const rule of rules) {
      const action = actionOf(rule);
      const verdict = conditionHolds(rule.args, acls, asked);
      if (isForeign(rule)) doubtful ||= verdict !== false;
      else if (action === 'allow' || action === 'accept') {
        if (verdict === true) break;
        if (verdict === 'unknown') doubtful = true;
      } else if (ENDS.has(action)) {
        if (verdict === true) return 'refused';
        if (verdict === 'unknown') doubtful = true;
      }
    }
    return doubtful ? 'unknown' : 'passes';
  };
}

/** `use_backend … if`: only those for whom it holds get there. */
export function admitted(line: Line, acls: Acls, ask: Ask): readonly Barrier[] {
  if (!concernsCallers(line, acls)) return [];
  const meet = (caller: Caller): Outcome => {
    const verdict = conditionHolds(line.args, acls, ask(caller));
    if (verdict === 'unknown') return 'unknown';
    return verdict === false ? 'refused' : 'passes';
  };
  return [{ kind: kindOf(line, acls), because: { span: line.span, text: '`use_backend` with a condition' }, meet }];
}

/** An earlier `use_backend` takes those for whom it holds elsewhere. */
export function diverted(line: Line, acls: Acls, ask: Ask): readonly Barrier[] {
  if (!concernsCallers(line, acls)) return [];
  const meet = (caller: Caller): Outcome => {
    const verdict = conditionHolds(line.args, acls, ask(caller));
    if (verdict === 'unknown') return 'unknown';
    return verdict === true ? 'refused' : 'passes';
  };
  return [{ kind: kindOf(line, acls), because: { span: line.span, text: '`use_backend` for everybody else' }, meet }];
}

function actionOf({ name, args }: Line): string {
  if (name.text === 'redirect' || name.text === 'block') return name.text;
  const first = args[0]?.text ?? '';
  if (name.text !== 'tcp-request') return first;
  return args[1]?.text ?? '';
}

/** Lua, and agents that are asked over SPOE, decide where nobody sees. */
function isForeign({ name, args }: Line): boolean {
  const action = args[0]?.text ?? '';
  return (name.text === 'filter' && action === 'spoe') || /^(lua\.|use-service|send-spoe-group)/.test(action);
}

const CALLERS_SHOW =
  /http_auth|hdr(_\w+)?\((authorization|[^)]*(key|token|auth|secret))|bearer|jwt|\bsrc\b|ssl_c_|ssl_fc_has_crt|cook|url_?p(aram)?\(/i;

export function concernsCallers(line: Line, acls: Acls): boolean {
  if (actionOf(line) === 'auth' || isForeign(line)) return true;
  return criteriaOf(line.args, acls).some((criterion) => CALLERS_SHOW.test(criterion));
}

function kindOf(line: Line, acls: Acls): string {
  const criteria = criteriaOf(line.args, acls);
  const all = criteria.join(' ');
  if (actionOf(line) === 'auth' || /http_auth\(|http_auth_group/.test(all)) return 'basic';
  if (/ssl_c_|ssl_fc_has_crt/.test(all)) return 'mtls';
  if (/jwt/.test(all)) return 'jwt';
  if (/bearer|authorization/i.test(all)) return 'bearer';
  if (/\bsrc\b/.test(all)) return listKind(criteria.flatMap((one) => one.split(' ').slice(1)));
  return isForeign(line) ? 'script' : /hdr|param|cook/.test(all) ? 'api-key' : 'rule';
}
