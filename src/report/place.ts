import type { Endpoint } from '../model/endpoint.ts';
import type { Location } from '../model/finding.ts';

/** `192.168.1.20:11434`, `[fd00::7]:443`, `gpu.lan:443/ollama`, with its site: `10.0.0.5:11434 (berlin)`. */
export function placeOfEndpoint(endpoint: Endpoint): string {
  return `${hostAndPort(endpoint.host ?? endpoint.address, endpoint.port)}${endpoint.basePath}${siteText(endpoint.site)}`;
}

/** `host:port` with the path of the URL, `file:line:column`, or the host. */
export function placeOf(location: Location): string {
  switch (location.kind) {
    case 'endpoint':
      return `${hostAndPort(location.host ?? null, location.port ?? null)}${pathOf(location.url)}${siteText(location.site)}`;
    case 'file':
      return [location.file ?? '?', location.line, location.column].filter((part) => part !== undefined).join(':');
    case 'host':
      if (location.file !== undefined || location.port === undefined)
        return location.file ?? location.host ?? 'this host';
      return hostAndPort(location.host ?? 'this host', location.port);
  }
}

function siteText(site: string | undefined): string {
  return site === undefined ? '' : ` (${site})`;
}

function hostAndPort(host: string | null, port: number | null): string {
  const literal = host?.includes(':') ? `[${host}]` : (host ?? '?');
  return port === null ? literal : `${literal}:${port}`;
}

/** Without the slash at its end: a service at the root has no path worth naming. */
function pathOf(url: string | undefined): string {
  const path = /^[a-z]+:\/\/[^/]*(\/[^?#]*)/i.exec(url ?? '')?.[1] ?? '';
  return path.replace(/\/+$/, '');
}
