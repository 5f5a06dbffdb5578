import type { DeclaredProcess } from '../deployment/declarations.ts';
import { known, type Value } from '../deployment/value.ts';
import { pathOf, type TraefikPart, type TraefikSetting } from './setting.ts';

/** Settings in a container's labels, or null where it has none for Traefik. */
export function fromLabels(declared: DeclaredProcess): TraefikPart | null {
  const settings = (declared.labels ?? [])
    .filter(({ name }) => /^traefik\./i.test(name))
    .map(
      ({ name, value }): TraefikSetting => ({
        path: pathOf(name).slice(1),
        values: listOf(value),
        span: value.span,
      }),
    );
  if (settings.length === 0) return null;
  return { settings, container: declared, span: declared.span, example: declared.example };
}

/** Whether a process is Traefik itself. */
export function isTraefik({ image, argv, name }: DeclaredProcess): boolean {
  const text = known(image);
  if (text !== undefined) return /(^|\/)traefik(:|@|$)/.test(text);
  return /(^|\/)traefik$/.test(known(argv?.[0]) ?? '') || (argv === null && image === null && name === 'traefik');
}

/** Its own flags (`--entrypoints.web.address=:80`) and variables (`TRAEFIK_ENTRYPOINTS_WEB_ADDRESS`). */
export function fromCommand(declared: DeclaredProcess): TraefikPart {
  const words = declared.args ?? declared.argv?.slice(1) ?? [];
  const settings: TraefikSetting[] = [];
  for (const word of words) {
    const flag = /^--?([\w.[\]-]+)(?:=([\s\S]*))?$/.exec(word.text);
    if (!flag) continue;
    const path = pathOf(flag[1] ?? '');
    const text = flag[2] ?? 'true';
    const exact = flag[2] !== undefined && word.span.end - word.span.start === word.text.length;
    const span = exact ? { ...word.span, start: word.span.end - text.length } : word.span;
    settings.push({ path, values: listOf({ ...word, text, span }), span: word.span });
  }
  for (const { name, value } of declared.environment) {
    if (!/^TRAEFIK_/i.test(name)) continue;
    settings.push({ path: name.toLowerCase().split('_').slice(1), values: listOf(value), span: value.span });
  }
  return { settings, container: declared, span: declared.span, example: declared.example };
}

/** Several values stand in one text with commas between, but for rules and the like, which hold commas of their own. */
function listOf(value: Value): readonly Value[] {
  if (value.kind === 'unresolved' || !value.text.includes(',') || /[(`]/.test(value.text)) return [value];
  const exact = value.span.end - value.span.start === value.text.length;
  let at = 0;
  return value.text.split(',').map((part) => {
    const start = at + part.length - part.trimStart().length;
    const text = part.trim();
    at += part.length + 1;
    const { file } = value.span;
    const from = value.span.start + start;
    return { ...value, text, span: exact ? { file, start: from, end: from + text.length } : value.span };
  });
}
