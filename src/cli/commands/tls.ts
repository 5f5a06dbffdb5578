import type { Command, CommandContext } from '../context.ts';
import type { TlsArguments } from '../tls-arguments.ts';
import { TLS_OPTIONS } from './tls-options.ts';

/** `postern tls`: options only; what they do is loaded when the command runs. */
export function tlsCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('hosts', {
          describe: 'host, host:port, CIDR:ports or https URL; port 443 where none is given',
          type: 'string',
          array: true,
        })
        .options(TLS_OPTIONS)
        .example('$0 tls ai.lan:8443 --ca /etc/ssl/our-ca.pem', 'one port, with your own authority')
        .example('$0 tls 10.0.0.0/24:443,8443 --quick --format ics > renewals.ics', 'a calendar of renewals'),
    handler: async (args) => {
      const { runTls } = await import('../run-tls.ts');
      context.finish(await runTls(args as TlsArguments, context));
    },
  };
}
