import { html, type Markup } from './markup.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** A word beside the title. */
  readonly aside?: string;
  readonly body: Markup;
}

export function section({ id, title, aside, body }: Section): Markup {
  return html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}${aside === undefined ? null : html` <small>${aside}</small>`}</h2>
${body}
</section>`;
}
