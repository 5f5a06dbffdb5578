import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { DeclaredProcess } from '../../deployment/declarations.ts';
import { holds, listKind } from '../../gates/addresses.ts';
import { gateOf, type Outcome } from '../../gates/gate.ts';
import { commands, throughShell } from '../../ini/command-line.ts';
import { unitEnvironment, valueAt } from '../../ini/environment.ts';
import { Settings } from '../../ini/settings.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { socketListeners } from './socket.ts';
import { openUnit, type Unit } from './unit.ts';

export const systemd: ConfigFormat = {
  async read(source, context) {
    const unit = await openUnit(source, context);
    const out = new Collector();
    out.troubles.push(...unit.troubles);
    if (unit.belongsElsewhere) return out.declarations;
    if (unit.sections.some(({ name }) => name === 'Socket')) await readSocket(unit, source, context, out);
    else if (unit.sections.some(({ name }) => name === 'Service')) await readService(unit, source, context, out);
    return out.declarations;
  },
};

/** The service of a socket unit tells of it, where it is among the files. */
async function readSocket(unit: Unit, source: SourceText, context: ReadContext, out: Collector): Promise<void> {
  const settings = new Settings(unit.sections, 'Socket');
  const service = settings.last('Service')?.value.text ?? `${unit.name}.service`;
  if (await context.neighbour(service)) return;
  const span = unit.sections.find(({ name }) => name === 'Socket')?.span ?? source.span(0, 0);
  out.processes.push({ ...bare(unit, source, context), span, listeners: socketListeners(unit.sections) });
}

async function readService(unit: Unit, source: SourceText, context: ReadContext, out: Collector): Promise<void> {
  const settings = new Settings(unit.sections, 'Service');
  const { variables, unseen } = await unitEnvironment(
    settings.all('Environment'),
    settings.all('EnvironmentFile'),
    context,
  );
  for (const { value, span } of settings.all('EnvironmentFile')) {
    const optional = value.text.startsWith('-');
    const path = optional ? value.slice(1, value.length) : value;
    out.references.push({ path: valueAt(path), role: 'environment', optional, span });
  }
  const passed = settings
    .all('PassEnvironment')
    .flatMap(({ value, span }) => value.text.split(/\s+/).map((name) => ({ name, span })));
  const user = settings.last('User');
  const socket = await context.neighbour(`${unit.name}.socket`);
  const listeners = socket ? socketListeners((await openUnit(socket, context)).sections) : [];
  const base: DeclaredProcess = {
    ...bare(unit, source, context),
    environment: variables,
    unseenEnvironment: [...unseen, ...passed],
    listeners,
    user: user ? valueAt(user.value) : null,
    directory: settings.last('WorkingDirectory')?.value.text,
    ...filterOf(settings),
  };
  const given = { variables, unseen: base.unseenEnvironment, directory: base.directory };
  const starts = settings
    .all('ExecStart')
    .flatMap((entry) => commands(entry.value, variables).map((command) => ({ command, span: entry.span })));
  for (const [index, { command, span }] of starts.entries()) {
    const inner = await throughShell(command, source, given, context);
    if (inner) out.add(inner);
    // What a shell or a container program starts is the process; the program itself listens nowhere.
    if (inner && inner.processes.length > 0) continue;
    out.processes.push({ ...base, id: index === 0 ? base.id : `${base.id}:${index + 1}`, span, argv: command.argv });
  }
  if (starts.length === 0) out.processes.push(base);
  for (const key of ['ExecStartPre', 'ExecStartPost', 'ExecReload']) {
    for (const { value } of settings.all(key)) {
      for (const command of commands(value, variables)) {
        const inner = await throughShell(command, source, given, context);
        if (inner) out.add(inner);
      }
    }
  }
}

/** `IPAddressDeny=any` with what `IPAddressAllow=` lets through (systemd.resource-control(5)). */
function filterOf(settings: Settings): Pick<DeclaredProcess, 'filtered'> {
  const denied = settings.all('IPAddressDeny').find(({ value }) => /(^|\s)(any|0\.0\.0\.0\/0)(\s|$)/.test(value.text));
  if (!denied) return {};
  const allowed = settings.all('IPAddressAllow').flatMap(({ value }) => value.text.split(/\s+/));
  const names = allowed.map((one) => (one === 'any' ? 'all' : one === 'link-local' ? 'fe80::/64' : one));
  const kind = listKind(names);
  const meet = (): Outcome => (names.some((one) => holds(one) === 'everybody') ? 'passes' : 'refused');
  return { filtered: gateOf([{ kind, because: { span: denied.span, text: '`IPAddressDeny`' }, meet }]) };
}

function bare(unit: Unit, source: SourceText, context: ReadContext): DeclaredProcess {
  const section = unit.sections.find(({ name }) => name === 'Service') ?? unit.sections[0];
  const span = section?.span ?? source.span(0, 0);
  return { ...bareProcess(`${source.file}#${unit.name}`, unit.name, span), example: context.example };
}
