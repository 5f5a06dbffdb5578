// @ts-check
// What the page can do beyond being read: filter, sort, copy, open what a link names. Nothing here loads or sends.
(() => {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById('controls'));
  const list = document.getElementById('finding-list');
  if (form === null || list === null) return;

  const items = [...list.children].map((element, order) => ({
    element: /** @type {HTMLElement} */ (element),
    order,
    severity: element.getAttribute('data-severity') ?? '',
    rule: element.getAttribute('data-rule') ?? '',
    service: element.getAttribute('data-service') ?? '',
    state: element.getAttribute('data-state') ?? '',
    place: element.getAttribute('data-place') ?? '',
  }));
  /** @typedef {(typeof items)[number]} Item */

  /** Text to search in, made when first needed: reading thousands of findings takes a while. @type {string[]} */
  const texts = [];
  const shown = document.getElementById('shown');
  const nothing = document.getElementById('nothing-shown');
  const unfold = document.getElementById('unfold');
  const collator = new Intl.Collator('en', { numeric: true });
  const number = new Intl.NumberFormat('en');

  /** @param {Item} item */
  function textOf(item) {
    texts[item.order] ??= (item.element.textContent ?? '').toLowerCase();
    return texts[item.order] ?? '';
  }

  function filter() {
    const data = new FormData(/** @type {HTMLFormElement} */ (form));
    const words = String(data.get('text') ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const rule = data.get('rule');
    const service = data.get('service');
    const severities = new Set(data.getAll('severity'));
    const states = new Set(data.getAll('state'));
    const anyState = form?.querySelector('[name=state]') === null;
    let count = 0;
    for (const item of items) {
      const fits =
        severities.has(item.severity) &&
        (anyState || states.has(item.state)) &&
        (rule === '' || rule === item.rule) &&
        (service === '' || service === item.service) &&
        (words.length === 0 || words.every((word) => textOf(item).includes(word)));
      if (item.element.hidden === fits) item.element.hidden = !fits;
      if (fits) count += 1;
    }
    if (shown) shown.textContent = `${number.format(count)} of ${number.format(items.length)} shown`;
    if (nothing) nothing.hidden = count > 0;
  }

  function sort() {
    const key = new FormData(/** @type {HTMLFormElement} */ (form)).get('sort');
    const sorted = [...items].sort((a, b) => {
      if (key === 'place' || key === 'rule' || key === 'service')
        return collator.compare(a[key], b[key]) || a.order - b.order;
      return a.order - b.order;
    });
    // Outside the document thousands move at once, inside it one after the other.
    const behind = list?.nextSibling ?? null;
    const parent = list?.parentNode;
    list?.remove();
    list?.append(...sorted.map(({ element }) => element));
    if (list) parent?.insertBefore(list, behind);
  }

  let waiting = 0;
  form.addEventListener('input', (event) => {
    if (/** @type {HTMLElement} */ (event.target).getAttribute('name') === 'sort') sort();
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => {
    // The fields have their old values until this event is over.
    requestAnimationFrame(() => {
      sort();
      filter();
    });
  });
  form.addEventListener('keydown', (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (event.key !== 'Escape' || field.type !== 'search' || field.value === '') return;
    field.value = '';
    filter();
  });

  unfold?.addEventListener('click', () => {
    const open = unfold.textContent === 'Open all';
    for (const { element } of items) {
      const details = element.firstElementChild;
      if (details instanceof HTMLDetailsElement && !element.hidden) details.open = open;
    }
    unfold.textContent = open ? 'Close all' : 'Open all';
  });

  /** A tile of the masthead shows its severity alone. */
  for (const tile of document.querySelectorAll('[data-show]')) {
    tile.addEventListener('click', () => {
      const severity = tile.getAttribute('data-show');
      form.reset();
      requestAnimationFrame(() => {
        for (const box of form.querySelectorAll('[name=severity]')) {
          if (box instanceof HTMLInputElement) box.checked = box.value === severity;
        }
        filter();
      });
    });
  }

  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const summary = /** @type {HTMLElement} */ (event.target);
    if (step === undefined || summary.tagName !== 'SUMMARY') return;
    let item = summary.closest('.finding');
    do item = (step > 0 ? item?.nextElementSibling : item?.previousElementSibling) ?? null;
    while (item instanceof HTMLElement && item.hidden);
    const next = item?.querySelector('summary');
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // A button for each fix, made when its finding is opened.
  list.addEventListener(
    'toggle',
    (event) => {
      const details = /** @type {HTMLDetailsElement} */ (event.target);
      const fix = details.open ? details.querySelector('pre.fix') : null;
      if (fix === null || fix.querySelector('button') !== null) return;
      const text = fix.textContent ?? '';
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      button.addEventListener('click', async () => {
        button.textContent = (await copied(text, fix)) ? 'Copied' : 'Press Ctrl+C';
      });
      fix.prepend(button);
    },
    true,
  );

  /**
   * A page from a file may have no clipboard; then the text is selected.
   * @param {string} text
   * @param {Element} element
   */
  async function copied(text, element) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      getSelection()?.selectAllChildren(element);
      return false;
    }
  }

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const item = target?.closest('.finding');
    if (!(item instanceof HTMLElement)) return;
    if (item.hidden) {
      form?.reset();
      filter();
    }
    const details = item.querySelector('details');
    if (details) details.open = true;
    item.scrollIntoView({ block: 'start' });
    item.querySelector('summary')?.focus({ preventScroll: true });
  }

  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  form.hidden = false;
  filter();
  follow();
})();
