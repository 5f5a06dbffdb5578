/** Arguments of a command line that was written as one text: at spaces, quotes keep what is between them together. */
export function splitCommandLine(text: string): string[] {
  const words = text.matchAll(/(?:"([^"]*)"|'([^']*)'|[^\s"'])+/g);
  return [...words].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
