import type { Span } from '../../../model/span.ts';
import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { DeclaredProcess, ProcessNetwork, Variable } from '../../deployment/declarations.ts';
import { unresolved, type Value, written } from '../../deployment/value.ts';
import { type Command, commands, throughShell } from '../../ini/command-line.ts';
import { type IniSection, parseIni, SUPERVISOR } from '../../ini/ini.ts';
import type { PlacedString } from '../../ini/placed-string.ts';
import { Settings } from '../../ini/settings.ts';
import { quotedWords } from '../../ini/words.ts';
import { authority } from '../../source/placed.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';

/** supervisord.conf (http://supervisord.org/configuration.html). */
export const supervisor: ConfigFormat = {
  async read(source, context) {
    const { sections, troubles } = parseIni(source, SUPERVISOR);
    const out = new Collector();
    out.troubles.push(...troubles);
    const network = await networkOf(sections, context);
    const shared = variablesOf(new Settings(sections, 'supervisord'));
    for (const section of sections) {
      const settings = new Settings([section], section.name);
      const name = /^(?:program|fcgi-program|eventlistener):(.+)$/.exec(section.name)?.[1];
      if (section.name === 'inet_http_server') {
        const server = ownServer(section, settings, network, context);
        if (server) out.processes.push(server);
      }
      const command = settings.last('command');
      if (name === undefined || !command) continue;
      const environment = merged([...shared, ...variablesOf(settings)]);
      const [first] = commands(command.value, []).map(withExpressions);
      const directory = settings.last('directory')?.value.text;
      const given = { variables: environment, unseen: [], directory };
      const inner = first ? await throughShell(first, source, given, context) : null;
      if (inner) out.add(inner);
      if (inner && inner.processes.length > 0) continue;
      const user = settings.last('user');
      out.processes.push({
        ...bare(name, command.span, network, context),
        argv: first?.argv ?? null,
        environment,
        optional: settings.last('autostart')?.value.text.toLowerCase() === 'false',
        user: user ? valueIn(user.value) : null,
        directory,
      });
    }
    return out.declarations;
  },
};

/** `%(ENV_X)s` and its like are filled in by supervisord. */
function valueIn(placed: PlacedString): Value {
  const { text, span } = placed;
  return text.includes('%(') ? unresolved(text, span, 'supervisord fills it in') : written(text, span);
}

function withExpressions(command: Command): Command {
  return { ...command, argv: command.words.map(({ text }) => valueIn(text)) };
}

/** `environment=A="b",C=d`. */
function variablesOf(settings: Settings): readonly Variable[] {
  const entry = settings.last('environment');
  if (!entry) return [];
  return quotedWords(entry.value, /[,\s]/).flatMap(({ text }) => {
    const equals = text.text.indexOf('=');
    if (equals <= 0) return [];
    const value = text.slice(equals + 1, text.length).trimmed(text.offset(equals) + 1);
    return [{ name: text.text.slice(0, equals).trim(), value: valueIn(value) }];
  });
}

function merged(variables: readonly Variable[]): readonly Variable[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}

/** Who does not go into the background is, as a rule, the main process of a container. */
async function networkOf(sections: readonly IniSection[], context: ReadContext): Promise<ProcessNetwork> {
  const foreground = new Settings(sections, 'supervisord').last('nodaemon')?.value.text.toLowerCase();
  if (foreground === 'true') return { kind: 'own', networks: [], internal: false };
  for (const directory of ['.', '..', '../..']) {
    const names = (await context.neighbours(directory)) ?? [];
    if (names.some((name) => /^(Docker|Container)file(?:[._-]|$)/.test(name)))
      return { kind: 'own', networks: [], internal: false };
  }
  return { kind: 'host', span: null };
}

/** Supervisor's own control over HTTP, which starts and stops programs. */
function ownServer(
  section: IniSection,
  settings: Settings,
  network: ProcessNetwork,
  context: ReadContext,
): DeclaredProcess | null {
  const port = settings.last('port');
  if (!port) return null;
  const { host, port: number } = authority(port.value, 'port');
  const guarded = settings.last('username') !== null && settings.last('password') !== null;
  const listener: DeclaredProcess['listeners'][number] = {
    address: host && host.text !== '*' ? written(host.text, host.span) : null,
    port: number ? written(number.text, number.span) : null,
    tls: 'off',
    auth: guarded ? 'on' : 'off',
    span: port.span,
    what: 'supervisord control',
    service: null,
  };
  return { ...bare('supervisord', section.span, network, context), listeners: [listener] };
}

function bare(name: string, span: Span, network: ProcessNetwork, context: ReadContext): DeclaredProcess {
  return { ...bareProcess(`${span.file}#${name}`, name, span), network, example: context.example };
}
