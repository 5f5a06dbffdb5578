import type { HostReport } from '../../model/host.ts';

/*
 * This host in the public document, key by key: the order of the keys below is the order in every file.
 */

export type HostReportJson = ReturnType<typeof hostReportJson>;

export function hostReportJson(host: HostReport) {
  return {
    platform: host.platform,
    superuser: host.superuser,
    asked: host.asked,
    verdict: { state: host.verdict.state, steps: host.verdict.steps },
    addresses: host.addresses,
    firewall: { managers: host.firewall.managers, readable: host.firewall.readable, notes: host.firewall.notes },
    exposures: host.exposures.map(({ port, service, bound, process, unit, container, reach, answers, ...rest }) => ({
      port,
      service: { id: service.id, name: service.name },
      bound,
      process,
      unit,
      container,
      reach,
      answers,
      firewall: rest.firewall,
      pastFirewall: rest.pastFirewall,
      forecast: rest.forecast,
    })),
    listeners: host.listeners.map(({ kind, address, port, dualStack, process, forwardsTo, recognised }) => ({
      kind,
      address,
      port,
      dualStack,
      process,
      forwardsTo,
      recognised,
    })),
    keyFiles: host.keyFiles,
  };
}
