// Rows of the page that are made into elements when they are listed, a page at a time. `page.js` goes on from here.

/** @param {string} source markup of this very page */
function elementsIn(source) {
  const template = document.createElement('template');
  template.innerHTML = source;
  return [...template.content.children];
}

/** @param {string} source */
function textOf(source) {
  /** @type {Record<string, string>} */
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return source
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity, name) => entities[name] ?? entity)
    .trim();
}

/** A finding or a row of a table. Its element is made when it is listed, its words when somebody searches. */
export class Row {
  /**
   * @param {string} source
   * @param {Element | null} element
   */
  constructor(source, element) {
    this.source = source;
    this.made = element;
    /** @type {string | null} */
    this.searched = null;
  }

  element() {
    this.made ??= elementsIn(this.source)[0] ?? document.createElement('li');
    return this.made;
  }

  words() {
    this.searched ??= textOf(this.source).toLowerCase();
    return this.searched;
  }
}

/** What the line of a finding says: what can be filtered and sorted by. @param {Row} row @param {number} order */
export function readFinding(row, order) {
  const [head = ''] = row.source.split('</summary>', 1);
  /** @param {RegExp} pattern */
  const read = (pattern) => textOf(pattern.exec(head)?.[1] ?? '');
  return {
    row,
    order,
    state: read(/^<li class="finding ([^"]*)"/),
    severity: read(/<span class="badge ([^"]*)"/),
    rule: read(/<code>([^<]*)<\/code>/),
    place: read(/<span class="place">([^<]*)</),
    service: read(/<span class="service">([^<]*)</),
  };
}

export const number = new Intl.NumberFormat('en');

/** A long list, of which a page at a time is elements; what is behind the first page comes as text in `noscript`. */
export class Pages {
  /** @param {Element} list */
  constructor(list) {
    const section = list.closest('section');
    const rest = section?.querySelector('noscript');
    const mark = `\n<${list.firstElementChild?.localName} `;
    const texts = (rest?.textContent ?? '').split(mark).slice(1);
    rest?.remove();
    this.list = list;
    this.rows = [
      ...[...list.children].map((element) => new Row(element.outerHTML, element)),
      ...texts.map((text) => new Row(mark.trimStart() + text, null)),
    ];
    this.size = Math.max(list.children.length, 1);
    this.fitting = this.rows;
    this.first = 0;
    this.controls = section?.querySelector('.pages') ?? null;
    const [earlier, later] = this.controls?.querySelectorAll('button') ?? [];
    earlier?.addEventListener('click', () => this.turn(this.first - this.size));
    later?.addEventListener('click', () => this.turn(this.first + this.size));
    this.earlier = earlier;
    this.later = later;
    addEventListener('beforeprint', () => {
      const { first } = this;
      this.show(0, this.fitting.length);
      addEventListener('afterprint', () => this.show(first), { once: true });
    });
    this.show(0);
  }

  /** @param {number} first @param {number} [most] */
  show(first, most = this.size) {
    const listed = this.fitting.slice(first, first + most);
    const elements = listed.map((row) => row.element());
    // Putting in again what stands there already would cost the focus.
    if (
      elements.length !== this.list.children.length ||
      elements.some((element, i) => element !== this.list.children[i])
    )
      this.list.replaceChildren(...elements);
    this.first = first;
    const { length } = this.fitting;
    this.controls?.toggleAttribute('hidden', length <= most);
    this.earlier?.toggleAttribute('disabled', first === 0);
    this.later?.toggleAttribute('disabled', first + most >= length);
    const range = this.controls?.querySelector('span');
    if (range)
      range.textContent = `${number.format(first + 1)} to ${number.format(first + listed.length)} of ${number.format(length)}`;
  }

  /** @param {number} first */
  turn(first) {
    this.show(Math.max(first, 0));
    this.list.scrollIntoView({ block: 'start' });
  }

  /** The row with an element of that name, if any. @param {string} id */
  named(id) {
    return this.rows.find((row) => row.source.includes(`id="${id}"`));
  }

  /** @param {Row} row one that fits */
  reveal(row) {
    const place = this.fitting.indexOf(row);
    this.show(place - (place % this.size));
  }
}
