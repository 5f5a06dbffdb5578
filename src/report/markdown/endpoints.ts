import { counted } from '../table/words.ts';
import type { EndpointView, View } from '../view.ts';
import { markdownCode, markdownText } from './text.ts';

const HEAD = '| place | service | version | reach | auth | worst finding |\n| --- | --- | --- | --- | --- | --- |';

/** The doors worth a line, in a table. */
export function endpointSection(view: View, most: number): string[] {
  const doors = view.endpoints.filter(({ noteworthy }) => noteworthy);
  if (doors.length === 0) return [];
  const left = doors.length - most;
  return [
    '### Endpoints',
    [HEAD, ...doors.slice(0, most).map(row)].join('\n'),
    ...(left > 0 ? [`*${counted(left, 'more endpoint')} not shown here.*`] : []),
  ];
}

function row({ endpoint, place, worst }: EndpointView): string {
  const { service, reach, auth, transport } = endpoint;
  const cells = [
    markdownCode(place),
    service === null ? 'not recognised' : markdownText(service.name),
    service?.version ? markdownText(service.version) : '',
    `${reach}, ${transport}`,
    auth.overall,
    worst === null ? '' : `${worst.severity}: ${markdownText(worst.rule)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}
