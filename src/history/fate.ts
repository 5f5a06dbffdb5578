import type { Fate, KnownFinding } from '../model/diff.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { PortState, ResultDocument } from '../model/result.ts';
import type { Places } from './places.ts';

/*
 * What became of something that a later run does not have. It is fixed only where that run looked again and could
 * have seen it.
 */

/** @param places those of `document`. */
export function fateOfFinding(known: KnownFinding, document: ResultDocument, places: Places): Fate {
  const { finding, endpoint, command } = known;
  const rule = document.rules.find(({ id }) => id === finding.rule);
  if (document.rules.length > 0 && rule === undefined) {
    return unseen('the rule is not in the rule book of this run');
  }
  if (finding.location.kind !== 'endpoint') {
    if (document.command !== command) return unseen(`not looked at by ${document.command}`);
    return document.coverage.complete ? fixed('no longer found') : unseen('the run was interrupted');
  }
  if (rule?.subject === 'tls' || rule?.subject === 'certificate') return fateOfTls(known, document, places);
  if (endpoint === null) return unseen('the earlier run does not say which endpoint it was');
  const now = places.counterpart(endpoint);
  if (now === null) return fateOfDoor(endpoint, document, places);
  const missing = places.undecided(finding.rule, now);
  if (missing !== null) return unseen(`not decided: ${missing.join(', ')} unknown`);
  return fateBehindDoor(endpoint, now);
}

/** A door that still answers says nothing about its TLS unless that was looked at too. */
function fateOfTls({ finding, endpoint }: KnownFinding, document: ResultDocument, places: Places): Fate {
  const missing = places.undecided(finding.rule, finding.location);
  if (missing !== null) return unseen(`not decided: ${missing.join(', ')} unknown`);
  if (places.inspected(finding.location)) return fixed('no longer found');
  if (endpoint !== null && places.counterpart(endpoint) === null) return fateOfDoor(endpoint, document, places);
  return unseen('TLS was not inspected');
}

/** The door is there, and the rule found nothing. */
function fateBehindDoor(before: Endpoint, now: Endpoint): Fate {
  if (now.speech !== 'http') return unseen('the port is open but gave no HTTP answer');
  if (now.service === null && before.service !== null) return unseen('the service did not give itself away');
  if (now.service?.id !== before.service?.id)
    return fixed(`${now.service?.name ?? 'something else'} answers there now`);
  if (now.auth.overall !== before.auth.overall) {
    return now.auth.overall === 'unknown'
      ? unseen('authentication could not be judged')
      : fixed(`${now.auth.overall} now, was ${before.auth.overall}`);
  }
  const version = now.service?.version ?? null;
  return fixed(version !== null && version !== before.service?.version ? `version ${version} now` : 'no longer found');
}

/** The door itself is gone. */
export function fateOfDoor(endpoint: Endpoint, document: ResultDocument, places: Places): Fate {
  const state = places.portState(endpoint);
  if (state !== null) return STATE_FATES[state];
  const { coverage } = document;
  if (coverage.watched !== undefined) {
    return unseen(coverage.complete ? 'not in the scope of this run' : 'not reached: the run was interrupted');
  }
  if (endpoint.port !== null && !coverage.ports.includes(endpoint.port)) return unseen('its port was not probed');
  return unseen('this run does not say whether it was closed, silent or out of scope');
}

const STATE_FATES: Readonly<Record<PortState, Fate>> = {
  open: unseen('the port is open, but the service was not found there'),
  closed: fixed('the port is closed'),
  filtered: unseen('the host did not answer'),
  unreachable: unseen('the host could not be reached'),
  error: unseen('the probe failed'),
  skipped: unseen('not reached'),
};

function fixed(how: string): Fate {
  return { kind: 'fixed', how };
}

function unseen(why: string): Fate {
  return { kind: 'unseen', why };
}
