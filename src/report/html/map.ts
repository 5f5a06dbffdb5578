import { type AddressMap, addressMaps } from '../map/address-map.ts';
import { type Host, isSeverity, STANDINGS, type Standing } from '../map/hosts.ts';
import { counted, grouped } from '../table/words.ts';
import type { View } from '../view.ts';
import type { Anchors } from './anchors.ts';
import { key } from './glyphs.ts';
import { html, lines, type Markup } from './markup.ts';
import type { Section } from './section.ts';

export const STANDING_WORDS = {
  critical: 'critical finding',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'info',
  unknown: 'could not be judged',
  quiet: 'no current finding',
  other: 'open port, no AI service',
} as const satisfies Record<Standing, string>;

/** Named in the title of one cell. */
const MOST_NAMED = 3;
const MOST_BESIDE = 40;
const MOST_WORST = 14;

/** Where the hosts are: a cell is a host, or a small block of a wide range, in the colour of its worst door. */
export function mapSection(view: View, anchors: Anchors): Section | null {
  const { maps, beside, rangesKnown } = addressMaps(view);
  const drawn = maps.filter(({ cells, swept }) => cells.length > 0 || swept.length > 0);
  if (view.document.coverage.addresses < 2 || drawn.length + beside.length === 0) return null;
  return {
    id: 'map',
    title: 'Network map',
    aside: rangesKnown ? 'hosts by their worst door' : 'hosts that answered; what else was swept is not recorded',
    body: html`<div class="maps">${drawn.map((map) => figure(map, anchors))}
${drawn.length === 1 && worstHosts(drawn, anchors)}</div>
${beside.length > 0 && besideList(beside, anchors)}
${legend(drawn, beside)}`,
  };
}

function figure(map: AddressMap, anchors: Anchors): Markup {
  const { layout, title, columns, rows, step, swept, cells, labels } = map;
  const unit = layout === 'grid' ? 32 : 640 / columns;
  const left = layout === 'grid' ? 44 : 0;
  const width = left + columns * unit;
  const hosts = cells.reduce((sum, { hosts: members }) => sum + members.length, 0);
  const at = (x: number) => round(left + x * unit);
  const background = swept.map(
    (bar) =>
      `M${at(bar.x)} ${round(bar.y * unit)}h${round(bar.width * unit)}v${round(unit)}h-${round(bar.width * unit)}z`,
  );
  return html`<figure class="map ${layout}">
<figcaption><b>${title}</b> ${counted(hosts, 'host')} with an open port${step > 1 && html`; a cell is ${grouped(step)} addresses`}${layout === 'hilbert' && html`; neighbours lie together along a Hilbert curve`}</figcaption>
<svg viewBox="0 0 ${round(width)} ${round(rows * unit)}" role="group" aria-label="Map of ${title}">
<path class="swept" d="${lines(background.join(''), Number.POSITIVE_INFINITY)}"/>
${layout === 'grid' && html`<path class="gaps" d="${Array.from({ length: columns - 1 }, (_, i) => `M${at(i + 1)} 0v${round(rows * unit)}`).join('')}"/>`}
${cells.map((cell) => {
  const inner = html`<title>${cellTitle(cell)}</title><rect class="cell ${cell.standing}" x="${at(cell.x) + 1}" y="${round(cell.y * unit) + 1}" width="${round(unit - 2)}" height="${round(unit - 2)}" rx="${layout === 'grid' ? 4 : 1.5}"/>${mark(cell.standing, at(cell.x), round(cell.y * unit), unit)}`;
  const target = cell.hosts.map((host) => anchors.host(host)).find((id) => id !== null);
  return target === undefined
    ? html`<g role="img" aria-label="${cellTitle(cell)}">${inner}</g>`
    : html`<a href="#${target}" aria-label="${cellTitle(cell)}">${inner}</a>`;
})}
${labels.map(({ x, y, side, text }) =>
  layout === 'grid'
    ? html`<text class="row" x="${left - 8}" y="${round((y + 0.5) * unit)}">${text}</text>`
    : html`<rect class="part" x="${round(x * unit)}" y="${round(y * unit)}" width="${round(side * unit)}" height="${round(side * unit)}"/><text class="part" x="${round(x * unit + 6)}" y="${round(y * unit + 15)}">${text}</text>`,
)}
</svg>
</figure>`;
}

/** The shape of the standing inside its cell. */
function mark(standing: Standing, x: number, y: number, unit: number): Markup {
  const size = unit * 0.5;
  const inset = (unit - size) / 2;
  return html`<use class="mark ${standing}" href="#g-${standing}" x="${round(x + inset)}" y="${round(y + inset)}" width="${round(size)}" height="${round(size)}"/>`;
}

function cellTitle({ hosts }: AddressMap['cells'][number]): string {
  const named = hosts.slice(0, MOST_NAMED).map(hostText);
  const rest = hosts.length - named.length;
  return `${named.join('; ')}${rest > 0 ? `; and ${grouped(rest)} more` : ''}`;
}

function hostText({ text, standing, doors, findings }: Host): string {
  const worst = isSeverity(standing) ? `worst ${standing}` : STANDING_WORDS[standing];
  return `${text}: ${worst}, ${counted(doors, 'door')}${findings > 0 ? `, ${counted(findings, 'finding')}` : ''}`;
}

/** Beside a single map: its worst hosts by name. */
function worstHosts(maps: readonly AddressMap[], anchors: Anchors): Markup {
  const hosts = maps
    .flatMap(({ cells }) => cells.flatMap(({ hosts: members }) => members))
    .filter(({ standing }) => standing !== 'other')
    .sort(byStanding);
  const rest = hosts.length - MOST_WORST;
  return html`<div class="worst"><p class="label">Worst first</p><ol>${hosts.slice(0, MOST_WORST).map((host) => {
    const id = anchors.host(host);
    const name = html`<span class="place">${host.text}</span>`;
    return html`<li>${key(host.standing)}${id === null ? name : html`<a href="#${id}">${name}</a>`} <small>${counted(host.findings, 'finding')}, ${counted(host.doors, 'door')}</small></li>`;
  })}</ol>${rest > 0 && html`<p class="hush">and ${grouped(rest)} more</p>`}</div>`;
}

function byStanding(a: Host, b: Host): number {
  return (
    STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) ||
    b.findings - a.findings ||
    (a.number ?? 0) - (b.number ?? 0)
  );
}

function besideList(hosts: readonly Host[], anchors: Anchors): Markup {
  const rest = hosts.length - MOST_BESIDE;
  const items = hosts.slice(0, MOST_BESIDE).map((host) => {
    const id = anchors.host(host);
    const text = html`${key(host.standing)}<span class="place">${host.text}</span> <small>${counted(host.doors, 'door')}</small>`;
    return html`<li>${id === null ? text : html`<a href="#${id}">${text}</a>`}</li>`;
  });
  return html`<p class="label">IPv6 and names</p><ul class="beside">${items}${rest > 0 && html`<li>and ${grouped(rest)} more</li>`}</ul>`;
}

function legend(maps: readonly AddressMap[], beside: readonly Host[]): Markup {
  const present = new Set([
    ...maps.flatMap(({ cells }) => cells.map(({ standing }) => standing)),
    ...beside.map(({ standing }) => standing),
  ]);
  return html`<ul class="legend" aria-label="Legend">${STANDINGS.filter((standing) => present.has(standing)).map(
    (standing) => html`<li>${key(standing)}${STANDING_WORDS[standing]}</li>`,
  )}${maps.some(({ swept }) => swept.length > 0) && html`<li><span class="key swept"></span>swept, no open port</li>`}</ul>`;
}

/** Two decimals are a fiftieth of a pixel. */
function round(number: number): number {
  return Math.round(number * 100) / 100;
}
