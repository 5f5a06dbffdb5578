import { type Offered, TLS_VERSIONS, type TlsEndpoint } from '../../model/tls.ts';
import type { Grade } from '../../model/tls-grade.ts';
import { cut } from '../cut.ts';
import { counted } from '../table/words.ts';
import type { View } from '../view.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './section.ts';

/** Grades with what they rest on. */
export function tlsSection({ document }: View): Section | null {
  const endpoints = (document.tls ?? []).map((endpoint, i) => ({ endpoint, id: `tls-${i + 1}` }));
  if (endpoints.length === 0) return null;
  return {
    id: 'tls',
    title: 'TLS',
    aside: counted(endpoints.length, 'port'),
    body: html`<div class="scroll" tabindex="0" role="group" aria-label="TLS table"><table class="tls">
<thead><tr><th scope="col">Grade</th><th scope="col">Place</th><th scope="col">Trust</th><th scope="col">Protocols</th><th scope="col">Why not better</th></tr></thead>
<tbody>${endpoints.map(({ endpoint, id }) => row(endpoint, id))}</tbody>
</table></div>`,
  };
}

function row(endpoint: TlsEndpoint, id: string): Markup {
  const place = placeText(endpoint);
  if (endpoint.speech !== 'tls') {
    return html`
<tr id="${id}"><td><span class="grade none">–</span></td><th scope="row"><span class="place">${place}</span></th><td colspan="3">no TLS: ${cut(endpoint.notes.join('; ') || endpoint.speech, 300)}</td></tr>`;
  }
  const { grade, identities, clientCertificate, postQuantum, mode } = endpoint;
  const trust = [...new Set(identities.flatMap(({ trust: { states } }) => states))];
  const extras = [
    postQuantum === true ? 'post-quantum key exchange' : '',
    clientCertificate.verdict === 'none' || clientCertificate.verdict === 'unknown'
      ? ''
      : `client certificates: ${clientCertificate.verdict}`,
    mode === 'quick' ? 'quick inspection' : '',
  ].filter((text) => text !== '');
  return html`
<tr id="${id}"><td>${gradeMark(grade.configuration, grade.atMost)}</td>
<th scope="row"><span class="place">${place}</span>${extras.length > 0 && html`<small class="note">${extras.join(', ')}</small>`}</th>
<td>${trust.join(', ') || 'unknown'}</td>
<td><ul class="versions">${TLS_VERSIONS.map((version) => ({ version, offered: offeredOf(endpoint, version) }))
    .filter(({ offered }) => offered !== false)
    .map(
      ({ version, offered }) =>
        html`<li>${version}${offered !== true && html` <small>${String(offered)}</small>`}</li>`,
    )}</ul></td>
<td>${reasons(endpoint)}</td></tr>`;
}

function offeredOf({ protocols }: TlsEndpoint, version: string): Offered {
  return protocols.find((protocol) => protocol.version === version)?.offered ?? false;
}

/** A grade from partial data says so. */
function gradeMark(grade: Grade | null, atMost: Grade): Markup {
  if (grade === null) return html`<span class="grade none" title="at most ${atMost}">≤${atMost}</span>`;
  return html`<span class="grade grade-${grade.slice(0, 1).toLowerCase()}">${grade}</span>`;
}

function reasons({ grade, lacks }: TlsEndpoint): Markup {
  const { deductions } = grade;
  const missing = grade.configuration === null ? lacks : [];
  if (deductions.length + missing.length === 0) return html`<span class="hush">nothing</span>`;
  return html`<ul class="reasons">${deductions.map(
    ({ cap, observation }) => html`<li><b>at most ${cap}</b> ${cut(observation, 300)}</li>`,
  )}${missing.map(({ check, reason }) => html`<li><b>unknown</b> ${check}: ${cut(reason, 300)}</li>`)}</ul>`;
}

function placeText({ host, address, port }: TlsEndpoint): string {
  const name = host ?? address ?? '?';
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}
