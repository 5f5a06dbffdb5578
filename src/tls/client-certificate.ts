import type { ClientCertificateTrial, ClientCertificateVerdict, Known } from '../model/tls.ts';
import type { HandshakeResult } from '../model/tls-dialogue.ts';

/**
 * How one attempt ended. A TLS 1.3 server that wants a certificate says so only after the client believes the handshake
 * done, so an empty close or an alert instead of an answer is a refusal in TLS.
 */
export function trialOf(shown: ClientCertificateTrial['with'], result: HandshakeResult): ClientCertificateTrial {
  const head = new TextDecoder('latin1').decode(result.answer);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status !== undefined) {
    const refused = refusesCertificate(Number(status), head);
    return { with: shown, outcome: refused ? 'refused-in-http' : 'served', detail: `HTTP ${status}` };
  }
  if (head.length > 0) return { with: shown, outcome: 'served', detail: 'an answer that is not HTTP' };
  if (result.error === 'timeout' && result.protocol !== null)
    return { with: shown, outcome: 'served', detail: 'the handshake was completed' };
  if (result.error !== null && NO_ANSWER.has(result.error))
    return { with: shown, outcome: 'failed', detail: result.error };
  return { with: shown, outcome: 'refused-in-tls', detail: result.error ?? 'closed without an answer' };
}

/** Whether an answer says that a client certificate is missing or not taken. */
export function refusesCertificate(status: number, text: string): boolean {
  return REFUSING.has(status) && ASKS_FOR_CERTIFICATE.test(text);
}

/** nginx answers 400 (its own 495 and 496 inside), Apache and HAProxy 403. */
const REFUSING = new Set([400, 401, 403, 495, 496, 526]);
const ASKS_FOR_CERTIFICATE = /certificate/i;
const NO_ANSWER = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EMFILE',
  'cancelled',
  'budget',
  'timeout',
  'unsupported',
]);

/** A CertificateRequest alone proves nothing: what counts is who is served. */
export function verdictOf(
  requested: Known<boolean>,
  trials: readonly ClientCertificateTrial[],
): ClientCertificateVerdict {
  const outcome = (shown: ClientCertificateTrial['with']) =>
    trials.find((trial) => trial.with === shown)?.outcome ?? 'failed';
  const bare = outcome('nothing');
  if (requested === false) return 'none';
  if (requested === 'unknown') return bare === 'refused-in-tls' || bare === 'failed' ? 'unknown' : 'none';
  if (bare === 'failed') return 'unknown';
  const rogue = outcome('rogue');
  if (rogue === 'served') return 'accepts-any-certificate';
  if (bare === 'served') return 'requested-not-enforced';
  return bare === 'refused-in-http' ? 'enforced-in-http' : 'enforced-in-tls';
}
