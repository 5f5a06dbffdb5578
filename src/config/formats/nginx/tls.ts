import type { Span } from '../../../model/span.ts';
import type { DeclaredTls, FileReference } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { firstArgument, nearest, type Scope, setting } from './scope.ts';
import { valueAt } from './values.ts';

/** TLS as a server has it, with what it inherits; null when nothing is said of it at all. */
export function declaredTls(scope: Scope, span: Span): DeclaredTls | null {
  const value = (name: string): Value | null => {
    const argument = firstArgument(setting(scope, name));
    return argument ? valueAt(argument, scope) : null;
  };
  const protocols = setting(scope, 'ssl_protocols')?.args.map((argument) => valueAt(argument, scope)) ?? null;
  const tls: DeclaredTls = {
    software: 'nginx',
    protocols,
    ciphers: value('ssl_ciphers'),
    clientCertificate: clientCertificate(scope),
    certificate: value('ssl_certificate'),
    key: value('ssl_certificate_key'),
    span,
  };
  const said = tls.protocols ?? tls.ciphers ?? tls.clientCertificate ?? tls.certificate ?? tls.key;
  return said ? tls : null;
}

/** https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client */
const MODES = { on: 'required', optional: 'optional', optional_no_ca: 'optional-unverified', off: 'none' } as const;

function clientCertificate(scope: Scope): DeclaredTls['clientCertificate'] {
  const argument = firstArgument(setting(scope, 'ssl_verify_client'));
  const mode = argument ? MODES[argument.text.toLowerCase() as keyof typeof MODES] : undefined;
  return argument && mode ? { mode, span: argument.span } : null;
}

const ROLES: ReadonlyMap<string, FileReference['role']> = new Map([
  ['ssl_certificate', 'certificate'],
  ['ssl_certificate_key', 'private-key'],
  ['ssl_client_certificate', 'ca'],
  ['ssl_trusted_certificate', 'ca'],
  ['proxy_ssl_certificate', 'client-certificate'],
  ['proxy_ssl_certificate_key', 'private-key'],
  ['proxy_ssl_trusted_certificate', 'ca'],
]);

/** Certificate and key files that a block names itself. */
export function tlsReferences(scope: Scope): readonly FileReference[] {
  return scope.directives.flatMap(({ name, args: [path], span }) => {
    const role = ROLES.get(name);
    if (!role || !path || /^(data|engine|store):/.test(path.text)) return [];
    return [{ path: valueAt(path, scope), role, optional: false, span }];
  });
}

/** Whether the server as a whole asks for a client certificate that its authority signed. */
export function requiresClientCertificate(scope: Scope): Span | null {
  const [directive] = nearest(scope, 'ssl_verify_client');
  return directive?.args[0]?.text.toLowerCase() === 'on' ? directive.span : null;
}
