import type { HttpResponse } from '../../model/exchange.ts';

/**
 * What servers say in plain HTTP on a port that expects TLS. HAProxy, Node and Python say nothing and close.
 * The status is no help: Webmin sends 200.
 */
const COMPLAINTS = [
  // nginx 1.22, and its kin: Tengine, OpenResty, awselb
  'The plain HTTP request was sent to HTTPS port',
  // Go 1.x net/http: Caddy and much else
  'Client sent an HTTP request to an HTTPS server',
  // Apache httpd 2.x mod_ssl
  "You're speaking plain HTTP to an SSL-enabled server port",
  // Apache Tomcat 9 and later
  'This combination of host and port requires TLS',
  // LiteSpeed
  'This is an SSL protected page, please use the HTTPS scheme',
  // Webmin's miniserv.pl
  'This web server is running in SSL mode',
] as const;

/** Such complaints come early in short pages. */
const COMPLAINT_WITHIN = 2048;

/** Whether a plain HTTP answer says that this very port wants TLS: by a known complaint, or by a redirect to itself. */
export function hintsAtTls(response: HttpResponse, port: number): boolean {
  const start = response.body.slice(0, COMPLAINT_WITHIN);
  if (COMPLAINTS.some((complaint) => start.includes(complaint))) return true;
  return redirectsToTls(response, port);
}

/** nginx is often told `error_page 497 =301 https://$host:$server_port$request_uri`. */
function redirectsToTls(response: HttpResponse, port: number): boolean {
  if (response.status < 300 || response.status > 399) return false;
  const location = response.headers.location;
  if (location === undefined || !/^https:/i.test(location)) return false;
  try {
    return Number(new URL(location).port || 443) === port;
  } catch {
    return false;
  }
}

/** A TLS record of the content type alert or handshake (RFC 8446 section 5.1), as far as it came. */
export function isTlsRecord(bytes: Uint8Array): boolean {
  const [type, major = 3] = bytes;
  return (type === 0x15 || type === 0x16) && major === 3;
}
