import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** Everything that the report may use. Nothing of it loads anything. */
const ELEMENTS = new Set(
  (
    'html head meta title style body script header nav main section footer article p h1 h2 h3 small b a span code pre mark ' +
    'ul ol li dl dt dd div table caption thead tbody tr th td details summary figure figcaption form label input select ' +
    'option button fieldset legend noscript svg symbol path circle rect use text g title'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'lang charset http-equiv content name class id href rel role tabindex hidden type value checked autocomplete ' +
    'spellcheck scope colspan title width height viewBox preserveAspectRatio d cx cy r x y rx fill stroke stroke-width ' +
    'aria-hidden aria-label aria-labelledby data-show'
  ).split(' '),
);

/** The page as the parser of a browser without JavaScript sees it: with it, what is in `noscript` is text. */
export function parsePage(text: string) {
  const errors: string[] = [];
  const tree = parse(text, {
    scriptingEnabled: false,
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  });
  const elements = [...elementsOf(tree)];
  const attributes = (wanted: string): string[] =>
    elements.flatMap(({ attrs }) => attrs.flatMap(({ name, value }) => (name === wanted ? [value] : [])));
  return {
    errors,
    attributes,
    contents: (wanted: string): string[] =>
      elements
        .filter(({ tagName }) => tagName === wanted)
        .map(({ childNodes }) => childNodes.map((node) => ('value' in node ? node.value : '')).join('')),
    count: (wanted: readonly string[]): Record<string, number> =>
      Object.fromEntries(wanted.map((name) => [name, elements.filter(({ tagName }) => tagName === name).length])),
    strangeElements: (): string[] => [
      ...new Set(elements.map(({ tagName }) => tagName).filter((name) => !ELEMENTS.has(name))),
    ],
    strangeAttributes: (): string[] =>
      [...new Set(elements.flatMap(({ attrs }) => attrs.map(({ name }) => name)))]
        .filter((name) => !ATTRIBUTES.has(name))
        .sort(),
    policy: attributes('content')
      .find((content) => content.includes('default-src'))
      ?.split('; '),
  };
}

function* elementsOf(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child);
}
