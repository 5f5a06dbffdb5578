import type { SettingFact } from '../../model/declared.ts';
import { leastSure, type Reason } from '../deployment/door.ts';
import type { Graph } from '../deployment/graph.ts';
import type { RunningProcess } from '../deployment/running.ts';
import { known } from '../deployment/value.ts';
import type { Found } from '../services/settings.ts';
import { adviceOf } from './advice.ts';
import type { Places } from './place.ts';

/** Settings of known services that do something else than they seem, or more than is wise. */
export function settingFacts(graph: Graph, places: Places): readonly SettingFact[] {
  return graph.running.flatMap((running) => {
    const exposed = graph.exposed.get(running) ?? null;
    return [...serviceSettings(running, exposed, places), ...socketMounts(running, exposed, places)];
  });
}

function serviceSettings(running: RunningProcess, exposed: boolean | null, places: Places): readonly SettingFact[] {
  const { view, recognition } = running;
  if (!view || !recognition) return [];
  const fact = (
    effect: SettingFact['effect'],
    found: Found,
    why: string,
    more: readonly Reason[] = [],
  ): SettingFact => ({
    kind: 'setting',
    effect,
    setting: found.setting.name,
    service: view.service.name,
    why: sentence(why),
    exposed,
    location: places.at(found.span),
    chain: places.chain(
      [...(found.value?.via ?? []).map((span) => ({ span, text: 'gives the value' })), ...more],
      found.span,
    ),
    identity: [effect, running.process.id, found.setting.name, effect === 'ineffective' ? why : ''].join('\n'),
    confidence: leastSure(recognition.confidence, running.process.example ? 'low' : 'high'),
    edits: [],
    advice: adviceOf(view.service, running.process),
    example: running.process.example,
  });
  const halves = view.incomplete.flatMap(({ about, found, missing }) =>
    found
      .slice(0, 1)
      .map((one) => fact('ineffective', one, `Without ${missing.join(' and ')} it does nothing for ${about}.`)),
  );
  const off = view.auth.switchedOff && exposed !== true ? view.auth.because.slice(0, 1) : [];
  return [
    ...view.ineffective.map(({ found, why }) => fact('ineffective', found, why)),
    ...halves,
    ...view.dangerous.flatMap(({ is, found, why }) =>
      (is === 'yes' ? found : []).slice(0, 1).map((one) => fact('dangerous', one, why)),
    ),
    ...view.tunnels.flatMap(({ is, found, why }) =>
      (is === 'yes' ? found : []).slice(0, 1).map((one) => fact('public-tunnel', one, why)),
    ),
    ...off.map(({ text, span }) =>
      fact(
        'auth-disabled',
        { setting: { kind: 'env', name: text }, value: null, span },
        'It switches the authentication off.',
      ),
    ),
  ];
}

const SOCKETS = /(^|\/)(docker|podman|containerd|crio)\.sock$/;

/** Whoever can talk to the engine is root on the machine, read-only or not. */
function socketMounts(
  { process, recognition, view }: RunningProcess,
  exposed: boolean | null,
  places: Places,
): readonly SettingFact[] {
  return process.mounts.flatMap((mount): readonly SettingFact[] => {
    const source = known(mount.source);
    if (source === undefined || !SOCKETS.test(source)) return [];
    return [
      {
        kind: 'setting',
        effect: 'docker-socket',
        setting: source,
        service: view?.service.name ?? process.name,
        why: mount.readOnly
          ? 'Read-only concerns the file, not what is asked through it.'
          : 'Whoever can talk to it is root on the machine.',
        exposed,
        location: places.at(mount.span),
        chain: [],
        identity: ['docker-socket', process.id].join('\n'),
        confidence: leastSure(process.example ? 'low' : 'high', recognition?.confidence ?? 'high'),
        edits: [],
        advice: '',
        example: process.example,
      },
    ];
  });
}

function sentence(text: string): string {
  const whole = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
