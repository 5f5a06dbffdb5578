import type { Knob, Packaging, SettingKind, ValueSource } from '../model/deploy.ts';
import { UsageError } from '../model/trouble.ts';

/** A scalar as YAML may give it. */
export type PlainDefault = string | number | boolean | null;

type WrittenFlag = string | { readonly flag: string; readonly bare?: string; readonly 'takes-value'?: boolean };

export interface WrittenKnob {
  readonly flags?: readonly WrittenFlag[];
  readonly env?: readonly string[];
  readonly config?: readonly string[];
  readonly code?: readonly string[];
  /** Which kind counts when several are given; the rest follows in the usual order. */
  readonly wins?: readonly SettingKind[];
  readonly reads?: Knob['reads'];
  readonly words?: Readonly<Record<string, string>>;
  readonly empty?: string;
  readonly otherwise?: string;
  readonly default?: PlainDefault;
  readonly 'in-image'?: PlainDefault;
  readonly note?: string;
}

const USUAL_ORDER: readonly SettingKind[] = ['flag', 'env', 'code', 'config'];

/** @throws UsageError when a word maps to nothing usable. */
export function readKnob(written: WrittenKnob): Knob {
  const sources: Record<SettingKind, readonly ValueSource[]> = {
    flag: (written.flags ?? []).map(readFlag),
    env: (written.env ?? []).map((name) => plain('env', name)),
    config: (written.config ?? []).map((name) => plain('config', name)),
    code: (written.code ?? []).map((name) => plain('code', name)),
  };
  const inImage = written['in-image'];
  const order = [...new Set([...(written.wins ?? []), ...USUAL_ORDER])];
  return {
    sources: order.flatMap((kind) => sources[kind]),
    reads: written.reads ?? 'plain',
    words: Object.fromEntries(Object.entries(written.words ?? {}).map(([word, to]) => [word.toLowerCase(), to])),
    empty: written.empty ?? null,
    otherwise: written.otherwise ?? null,
    default: perPackaging(textOf(written.default ?? null), inImage === undefined ? undefined : textOf(inImage)),
    ...(written.note ? { note: written.note } : {}),
  };
}

/** The image is as the binary unless it is said. */
export function perPackaging<T>(binary: T, image: T | undefined): Readonly<Record<Packaging, T>> {
  return { binary, image: image === undefined ? binary : image };
}

function textOf(value: PlainDefault): string | null {
  return value === null ? null : String(value);
}

function plain(kind: SettingKind, name: string): ValueSource {
  return { kind, name, bare: null, takesValue: true };
}

function readFlag(written: WrittenFlag): ValueSource {
  if (typeof written === 'string') return plain('flag', written);
  const takesValue = written['takes-value'] ?? true;
  if (!takesValue && written.bare === undefined) {
    throw new UsageError(`${written.flag}: a flag without a value needs \`bare\`, what it means`);
  }
  return { kind: 'flag', name: written.flag, bare: written.bare ?? null, takesValue };
}
