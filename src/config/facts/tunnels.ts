import type { SettingFact } from '../../model/declared.ts';
import { forwarders } from '../deployment/forwarded.ts';
import type { Graph } from '../deployment/graph.ts';
import type { Places } from './place.ts';

/** Tunnels to what is no known service: who opens one should know what is behind it. Those that lead to a known one are its doors. */
export function tunnelFacts(graph: Graph, places: Places): readonly SettingFact[] {
  const used = new Set(graph.doors.map(({ anchor }) => `${anchor.file}\n${anchor.start}`));
  return forwarders(graph.running).flatMap(({ running, publication, port }): readonly SettingFact[] => {
    const { span, kind, gate } = publication;
    if (kind !== 'tunnel' || gate.state !== 'off' || used.has(`${span.file}\n${span.start}`)) return [];
    return [
      {
        kind: 'setting',
        effect: 'public-tunnel',
        setting: running.process.name,
        service: port === null ? 'this machine' : `port ${port} of this machine`,
        why: 'nobody on the way is asked for anything',
        exposed: true,
        location: places.at(span),
        chain: [],
        identity: ['public-tunnel', running.process.id, port ?? ''].join('\n'),
        confidence: running.process.example ? 'low' : 'medium',
        edits: [],
        advice: '',
        example: running.process.example,
      },
    ];
  });
}
