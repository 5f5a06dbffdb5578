import { redact } from '../model/redact.ts';

/** A switch whose value is a secret; one that names a file of secrets is not. */
const SECRET_FLAG = /(?:key|token|secret|passw(?:or)?d|passphrase|credential|auth|pass)s?$/i;
const LOOKS_LIKE_PATH = /^(?:[~.]{0,2}\/|[A-Za-z]:[\\/])/;
const USERINFO = /(\/\/)[^/@\s]+@/g;
const LONGEST = 200;

/** A command line fit to be shown: values of secret switches, and whatever looks like a credential, are masked. */
export function maskArguments(argv: readonly string[]): string[] {
  return argv.map((argument, i) => {
    const before = argv[i - 1] ?? '';
    if (/^-{1,2}[A-Za-z]/.test(before) && !before.includes('=') && isSecret(before) && !isOption(argument))
      return LOOKS_LIKE_PATH.test(argument) ? argument.slice(0, LONGEST) : '***';
    const [, name = '', value = ''] = /^([A-Za-z_-][\w.-]*)=([\s\S]*)$/.exec(argument) ?? [];
    if (name !== '' && isSecret(name)) return LOOKS_LIKE_PATH.test(value) ? argument.slice(0, LONGEST) : `${name}=***`;
    if (LOOKS_LIKE_PATH.test(argument)) return argument.replace(USERINFO, '$1***@').slice(0, LONGEST);
    // Long option names look like keys to a general mask.
    if (/^--?[a-z][a-z0-9.-]*$/i.test(argument) && argument.length < 48) return argument;
    return redact(argument, LONGEST);
  });
}

/** A key of base64url may begin with a dash, too. */
function isOption(argument: string): boolean {
  return argument.startsWith('-') && !/^-[^-].{15,}/.test(argument);
}

function isSecret(flag: string): boolean {
  return SECRET_FLAG.test(flag.replace(/^-+/, ''));
}
