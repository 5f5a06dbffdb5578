import { programOf, unwrap } from '../../command/launchers.ts';
import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { Variable } from '../../deployment/declarations.ts';
import { addSetForGood } from '../../deployment/set-for-good.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { clientSwitches } from '../shell/client-switches.ts';
import { startedBy } from '../shell/processes.ts';
import type { NamedText, RunCommand } from '../shell/run-command.ts';
import { tunnelsOf } from '../shell/tunnels.ts';
import { brokenAt } from './broken.ts';
import { copiedVariables } from './copies.ts';
import { addAllowed, allowedBy, netshFields } from './firewall.ts';
import { type Command, commandsIn, isFilledIn } from './lines.ts';

/** PowerShell and batch files: line by line, which is how such files are written. */
export const windows: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const dialect =
      /\.ps[md]?1/i.test(source.file) || !/^\s*(@echo|rem\b|::|set\s)/im.test(source.text) ? 'powershell' : 'batch';
    const environment = new Map<string, ExpandedText>();
    const opened: NonNullable<ReturnType<typeof allowedBy>>[] = [];
    const lasting: Variable[] = [];
    let count = 0;
    let directory = '';
    for (const command of commandsIn(source, dialect)) {
      count += 1;
      if (count > 20_000) break;
      if (setsVariable(command, environment, lasting, out)) continue;
      addSwitches(command, out);
      directory = directoryAfter(command) ?? directory;
      const [allowed, copied] = [allowedBy(command), copiedVariables(command)];
      if (copied) out.references.push(copied);
      else if (allowed) opened.push(allowed);
      else if (!addPortProxy(command, source.file, context, out))
        addProcess(command, { environment, directory }, source.file, context, out);
    }
    addSetForGood(lasting, { file: source.file, example: context.example }, out);
    // What the same file starts says by itself who can reach it.
    if (out.processes.every(({ name }) => name === PORT_PROXY))
      for (const rule of opened) addAllowed(rule, source.file, context, out);
    const broken = /\.ps[md]?1$/i.test(context.name ?? source.file) ? brokenAt(source.text) : null;
    if (broken) {
      const span = source.span(broken.at, broken.at + 1);
      out.trouble(span, `powershell: ${broken.what}; what follows may be missed`);
    }
    return out.declarations;
  },
};

/** `$env:A = "b"`, `set A=b`, `setx A b`, `[Environment]::SetEnvironmentVariable("A", "b", "User")`. */
function setsVariable(
  { words, text }: Command,
  environment: Map<string, ExpandedText>,
  lasting: Variable[],
  out: Collector,
): boolean {
  const name = programOf(words[0]).toLowerCase();
  const add = (variable: string, value: ExpandedText, forGood = false) => {
    environment.set(variable, value);
    out.variables.push({ name: variable, value: value.value });
    if (forGood) lasting.push({ name: variable, value: value.value });
    return true;
  };
  const [assigned, variable] = /^\$env:(\w+)\s*=\s*/i.exec(text.text) ?? [];
  if (assigned && variable) return add(variable, unquoted(text.part(assigned.length)));
  const [call, named] =
    /^\[(?:System\.)?Environment\]::SetEnvironmentVariable\(\s*["'](\w+)["']\s*,\s*/i.exec(text.text) ?? [];
  if (call && named) {
    const rest = text.part(call.length);
    const quoted = /^(["'])(.*?)\1/.exec(rest.text);
    return quoted ? add(named, rest.part(1, 1 + (quoted[2] ?? '').length), !/["']Process["']/i.test(rest.text)) : true;
  }
  if (name === 'setx' && words[1] && words[2]) return add(words[1].text, words[2], true);
  if (name === 'set') {
    const pair = text.part(/^set\s+/i.exec(text.text)?.[0].length ?? 0);
    const whole = unquoted(pair);
    const equals = whole.text.indexOf('=');
    if (equals > 0 && /^\w+$/.test(whole.text.slice(0, equals)))
      return add(whole.text.slice(0, equals), whole.part(equals + 1));
    return true;
  }
  return false;
}

/** `cd /d "C:\\ComfyUI"`, `Set-Location $dir`. */
function directoryAfter({ words }: Command): string | null {
  if (!/^(?:cd|chdir|pushd|set-location|push-location|sl)$/i.test(words[0]?.text ?? '')) return null;
  return words.slice(1).find(({ text }) => !/^(?:\/d|-(?:literal)?path)$/i.test(text))?.text ?? null;
}

function unquoted(text: ExpandedText): ExpandedText {
  const end = text.text.trimEnd().length;
  const quoted = /^(["'])([\s\S]*)\1$/.test(text.text.slice(0, end)) && end > 1;
  const inner = quoted ? text.part(1, end - 1) : text.part(0, end);
  return isFilledIn(inner.text) ? inner.unknown('is set elsewhere') : inner;
}

function addSwitches({ words, text }: Command, out: Collector): void {
  for (const word of words) {
    if (!/^-SkipCertificateCheck(:\$true)?$/i.test(word.text)) continue;
    out.clients.push({
      setting: '-SkipCertificateCheck',
      verification: 'off',
      caFile: null,
      value: word.value,
      harmless: /https:\/\/(localhost|127\.)/i.test(text.text),
      byDefault: false,
    });
  }
  const callback = /ServerCertificateValidationCallback\s*=\s*(\{\s*\$?true\s*\}|\$?true)/i.exec(text.text);
  if (!callback?.[1]) return;
  const from = callback.index + callback[0].length - callback[1].length;
  out.clients.push({
    setting: 'ServerCertificateValidationCallback',
    verification: 'off',
    caFile: null,
    value: text.slice(from, from + callback[1].length),
    harmless: false,
    byDefault: false,
  });
}

const PORT_PROXY = 'netsh portproxy';

/** `netsh interface portproxy add v4tov4 listenport=… listenaddress=…`: other machines come in by it. */
function addPortProxy({ words, text }: Command, file: string, context: ReadContext, out: Collector): boolean {
  if (programOf(words[0]).toLowerCase() !== 'netsh' || !words.some(({ text }) => text.toLowerCase() === 'portproxy'))
    return false;
  const fields = netshFields(text);
  const port = fields.get('listenport');
  const target = fields.get('connectport') ?? port;
  if (!port || !words.some(({ text }) => /^(add|set)$/i.test(text))) return true;
  const { span } = port.value;
  const id = `${file}#portproxy-${port.text}`;
  out.processes.push({ ...bareProcess(id, PORT_PROXY, span), example: context.example });
  out.publications.push({
    process: id,
    kind: 'portproxy',
    hostAddress: fields.get('listenaddress')?.value ?? null,
    hostPort: port.value,
    targetPort: target?.value ?? null,
    protocol: 'tcp',
    span,
    loopbackEdit: null,
    gate: { state: 'off', kinds: [], because: [] },
    tls: 'unknown',
  });
  return true;
}

function addProcess(
  { words, span }: Command,
  { environment, directory }: { readonly environment: ReadonlyMap<string, ExpandedText>; readonly directory: string },
  file: string,
  context: ReadContext,
  out: Collector,
): void {
  const started = startProcess(words);
  const { argv, environment: own, user } = unwrap(started);
  if (argv.length === 0 || out.processes.length > 500) return;
  const set: NamedText[] = [...environment].map(([name, value]) => ({ name, value }));
  const command: RunCommand = {
    argv,
    environment: [...set, ...own],
    ownEnvironment: own,
    unseenEnvironment: [],
    user,
    directory,
    span,
    output: null,
    input: null,
    next: null,
    umask: null,
  };
  for (const client of clientSwitches(command)) out.clients.push(client);
  const id = (name: string) => `${file}#${name}-${span.start}`;
  const tunnels = tunnelsOf(argv);
  const process = startedBy(command, id, context.example);
  if (process && !isCmdlet(argv)) {
    out.processes.push(process.process);
    for (const publication of process.publications) out.publications.push(publication);
    for (const reference of process.references) out.references.push(reference);
    for (const tunnel of tunnels)
      out.publications.push({ ...tunnel, process: process.process.id, protocol: 'tcp', loopbackEdit: null });
  }
}

/** `Get-Item`, `Write-Host`, `if`: PowerShell's own words listen nowhere. `llama-server` is no cmdlet: they are capitalised. */
function isCmdlet(argv: readonly ExpandedText[]): boolean {
  const name = programOf(argv[0]);
  return /^[A-Z][A-Za-z]+-[A-Z]\w*$/.test(name) || OWN_WORDS.test(name);
}

const OWN_WORDS =
  /^((get|set|write|remove|test|invoke|import|add|new|out|stop|copy|move|join|select)-\w+|if|else|elseif|foreach|for|while|try|catch|finally|function|param|return|throw|switch|do|begin|process|end|using|import|trap|call|title|color|where|timeout|taskkill|tasklist|reg|schtasks|sc|net|powershell|pwsh|choco|winget|scoop|wsl|icacls|del|copy|xcopy|robocopy|md|rd|dir|type|ver|chcp|pushd|popd|start|netsh|\W.*)$/i;

/** `Start-Process ollama -ArgumentList "serve"`, `& "C:\x\ollama.exe" serve`, `start "" /B ollama serve`. */
function startProcess(words: readonly ExpandedText[]): readonly ExpandedText[] {
  const name = programOf(words[0]).toLowerCase();
  if (words[0]?.text === '&' || words[0]?.text === '.' || name === 'call') return words.slice(1);
  if (name === 'start') {
    const rest = words
      .slice(1)
      .filter((word, index) => !/^\/\w+$/.test(word.text) && !(index === 0 && word.text === ''));
    return rest;
  }
  if (name !== 'start-process' && name !== 'saps') return words;
  const named = (option: string) => words.findIndex(({ text }) => text.toLowerCase() === option);
  const program =
    named('-filepath') === -1
      ? words.slice(1).find(({ text }) => !text.startsWith('-'))
      : words[named('-filepath') + 1];
  const list = named('-argumentlist') === -1 ? (named('-args') === -1 ? -1 : named('-args')) : named('-argumentlist');
  if (!program) return [];
  const rest = list === -1 ? [] : words.slice(list + 1);
  const stop = rest.findIndex(({ text }) =>
    /^-(NoNewWindow|Wait|WindowStyle|PassThru|WorkingDirectory|Verb|Redirect\w*)$/i.test(text),
  );
  const taken = (stop === -1 ? rest : rest.slice(0, stop)).flatMap((word) =>
    [...word.text.matchAll(/[^\s,"']+/g)].map((match) => word.part(match.index, match.index + match[0].length)),
  );
  return [program, ...taken];
}
