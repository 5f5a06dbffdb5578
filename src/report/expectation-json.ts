import type { Expectation } from '../model/expectation.ts';
import type { ExpectationJson } from './contract.ts';

/** One row of a verification, key by key. */
export function expectationJson(expectation: Expectation): ExpectationJson {
  const { check, host, address, port, url, reach, service, class: kind, request, sent, expected, got } = expectation;
  const { status, verdict, reason, side, standsFor, reveals } = expectation;
  return {
    check,
    host,
    address,
    port,
    url,
    reach,
    service: service && { id: service.id, name: service.name },
    class: kind,
    request,
    sent,
    expected,
    got,
    status,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    side,
    standsFor,
    ...(reveals === undefined ? {} : { reveals }),
  };
}
