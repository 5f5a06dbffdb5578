/** `browser-use-webui` holds `browser`, `browser-use`, `use-webui` … */
export function wordsOf(names: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const name of names) {
    const parts = name
      .toLowerCase()
      .replace(/:.*$/, '')
      .split(/[^a-z0-9]+/)
      .filter((part) => part !== '');
    for (let from = 0; from < parts.length; from += 1) {
      for (let to = from + 1; to <= Math.min(parts.length, from + 4); to += 1)
        words.add(parts.slice(from, to).join('-'));
    }
  }
  return words;
}

/** Words in the names of what a text leaves to be filled in: `${OLLAMA_IMAGE}`, `{{ ollama_image }}`. */
export function wordsOfPlaceholders(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/\$\{?([A-Za-z_]\w*)|\{\{-?\s*\.?([\w.]+)/g)].map(
    ([, shell, template]) => shell ?? template,
  );
  return wordsOf(names.filter((name) => name !== undefined));
}
