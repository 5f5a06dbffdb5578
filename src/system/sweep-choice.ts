import type { Clock, EngineWish, SweepEngine } from './ports.ts';
import { createPortableSweep } from './sweep-portable.ts';

/** Below this many probes the sweep is over before the difference is felt. */
const NATIVE_FROM = 4096;

/**
 * The engine for a sweep. The native one where it is wished for and to be had, the portable one otherwise; `auto` says
 * nothing about a machine that has no native engine.
 */
export async function chooseSweepEngine(
  { engine, probes, tell }: EngineWish,
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  load = loadNative,
): Promise<SweepEngine> {
  const portable = createPortableSweep({ clock });
  if (engine === 'portable' || (engine === 'auto' && probes < NATIVE_FROM)) return portable;
  try {
    const onFallback = (error: unknown): void => tell(`native engine failed, going on with portable: ${lineOf(error)}`);
    const { createNativeSweep, libc } = await load();
    return createNativeSweep({ libc, onFallback, clock });
  } catch (error) {
    if (engine === 'native' || !isAbsence(error)) tell(`no native engine, using portable: ${lineOf(error)}`);
    return portable;
  }
}

async function loadNative() {
  const { loadLibc } = await import('./sweep/native/libc.ts');
  const libc = await loadLibc();
  const { createNativeSweep } = await import('./sweep-native.ts');
  return { libc, createNativeSweep };
}

/** Another system, or koffi is not installed. */
function isAbsence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'UnsupportedError' || ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND');
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
