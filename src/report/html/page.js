// What the page can do beyond being read: filter, sort, copy, open what a link names. Nothing here loads or sends.
import { number, Pages, readFinding } from './page-rows.js';

/** @param {(id: string) => void} open */
function onLink(open) {
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (id !== '') open(id);
  };
  addEventListener('hashchange', follow);
  follow();
}

/** @param {Element} list */
function listEndpoints(list) {
  const pages = new Pages(list);
  onLink((id) => {
    const row = pages.named(id);
    if (row === undefined) return;
    pages.reveal(row);
    document.getElementById(id)?.scrollIntoView();
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Element} list
 */
function listFindings(form, list) {
  const pages = new Pages(list);
  const findings = pages.rows.map(readFinding);
  const shown = document.getElementById('shown');
  const nothing = document.getElementById('nothing-shown');
  const unfold = document.getElementById('unfold');
  const collator = new Intl.Collator('en', { numeric: true });

  function choose() {
    const data = new FormData(form);
    const words = String(data.get('text') ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const rule = data.get('rule');
    const service = data.get('service');
    const severities = new Set(data.getAll('severity'));
    const states = new Set(data.getAll('state'));
    const anyState = form.querySelector('[name=state]') === null;
    const fitting = findings.filter(
      (finding) =>
        severities.has(finding.severity) &&
        (anyState || states.has(finding.state)) &&
        (rule === '' || rule === finding.rule) &&
        (service === '' || service === finding.service) &&
        words.every((word) => finding.row.words().includes(word)),
    );
    const key = data.get('sort');
    if (key === 'place' || key === 'rule' || key === 'service')
      fitting.sort((a, b) => collator.compare(a[key], b[key]) || a.order - b.order);
    pages.fitting = fitting.map(({ row }) => row);
    pages.show(0);
    if (shown)
      shown.textContent = `${number.format(fitting.length)} of ${number.format(findings.length)} ${fitting.length > pages.size ? `fit, ${number.format(pages.size)} on a page` : 'shown'}`;
    if (nothing) nothing.hidden = fitting.length > 0;
  }

  let waiting = 0;
  const chooseSoon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(choose);
  };
  form.addEventListener('input', chooseSoon);
  form.addEventListener('submit', (event) => event.preventDefault());
  // The fields have their old values until this event is over.
  form.addEventListener('reset', chooseSoon);
  form.addEventListener('keydown', (event) => {
    const field = event.target;
    if (event.key !== 'Escape' || !(field instanceof HTMLInputElement)) return;
    if (field.type !== 'search' || field.value === '') return;
    field.value = '';
    choose();
  });

  unfold?.addEventListener('click', () => {
    const open = unfold.textContent === 'Open all';
    for (const details of list.querySelectorAll('details')) details.open = open;
    unfold.textContent = open ? 'Close all' : 'Open all';
  });

  // A tile of the masthead shows its severity alone.
  for (const tile of document.querySelectorAll('[data-show]')) {
    tile.addEventListener('click', () => {
      const severity = tile.getAttribute('data-show');
      form.reset();
      for (const box of form.querySelectorAll('[name=severity]'))
        if (box instanceof HTMLInputElement) box.checked = box.value === severity;
    });
  }

  list.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || !(event.target instanceof HTMLElement)) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.target.tagName !== 'SUMMARY') return;
    const item = event.target.closest('.finding');
    const next = (step > 0 ? item?.nextElementSibling : item?.previousElementSibling)?.querySelector('summary');
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // What only a script can use is made when a finding is opened.
  list.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.open) equip(target);
    },
    true,
  );

  form.hidden = false;
  choose();
  onLink((id) => {
    const row = id.startsWith('finding-') ? pages.named(id) : undefined;
    if (row === undefined) return;
    if (!pages.fitting.includes(row)) {
      form.reset();
      cancelAnimationFrame(waiting);
      choose();
    }
    pages.reveal(row);
    const item = row.element();
    const details = item.querySelector('details');
    if (details) details.open = true;
    item.scrollIntoView({ block: 'start' });
    item.querySelector('summary')?.focus({ preventScroll: true });
  });
}

/** A link to it, and a button for its fix. @param {HTMLDetailsElement} details */
function equip(details) {
  const id = details.querySelector('.body')?.id;
  const meta = details.querySelector('.meta');
  if (meta === null || meta.querySelector('.permalink') !== null) return;
  const link = document.createElement('a');
  link.className = 'permalink';
  link.href = `#${id}`;
  link.textContent = 'Link to this finding';
  meta.append(link);

  const fix = details.querySelector('pre.fix');
  if (fix === null) return;
  const text = fix.textContent ?? '';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    button.textContent = (await copied(text, fix)) ? 'Copied' : 'Press Ctrl+C';
  });
  fix.prepend(button);
}

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

(() => {
  const form = document.getElementById('controls');
  const list = document.getElementById('finding-list');
  const endpoints = document.querySelector('table.endpoints tbody');
  if (form instanceof HTMLFormElement && list !== null) listFindings(form, list);
  if (endpoints !== null) listEndpoints(endpoints);
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
})();
