import type { TlsTables } from '../model/tls-table.ts';

const TABLES = new URL('../../dist/rules/tls-tables.json', import.meta.url);

/** The tables that ship with the program, made from rules/tables/ by the build. */
export async function openTlsTables(): Promise<TlsTables> {
  const { default: built } = (await import(TABLES.href, { with: { type: 'json' } })) as { default: TlsTables };
  return built;
}
