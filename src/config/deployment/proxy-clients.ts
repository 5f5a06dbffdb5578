import { reachOf } from '../services/address.ts';
import type { ClientSwitch, DeclaredProxy, ProxyRoute } from './declarations.ts';
import { known, written } from './value.ts';

/** What each software calls the switch that leaves an upstream's certificate unchecked. */
const NAMES: Readonly<Record<DeclaredProxy['software'], string>> = {
  nginx: 'proxy_ssl_verify',
  caddy: 'tls_insecure_skip_verify',
  traefik: 'insecureSkipVerify',
  haproxy: 'verify none',
  apache: 'SSLProxyVerify',
  ingress: 'proxy-ssl-verify',
  other: 'verification of the upstream',
};

/** A proxy that speaks TLS to its upstream is a client too. Only what somebody wrote counts: nginx checks nothing unless told to. */
export function proxySwitches(proxies: readonly DeclaredProxy[]): readonly ClientSwitch[] {
  return proxies.flatMap(({ software, routes }) =>
    routes.flatMap(({ upstream }): readonly ClientSwitch[] => {
      const { verify } = upstream;
      if (!verify?.stated || verify.on) return [];
      return [
        {
          setting: NAMES[software],
          verification: 'off',
          caFile: null,
          value: written('off', verify.span),
          harmless: staysHere(upstream),
          byDefault: false,
        },
      ];
    }),
  );
}

function staysHere({ targets }: ProxyRoute['upstream']): boolean {
  return targets.length > 0 && targets.every(({ host }) => /^(loopback|socket)$/.test(reachOf(known(host) ?? '?')));
}
