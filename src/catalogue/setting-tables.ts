import type { SettingTables } from '../model/setting-table.ts';

const TABLES = new URL('../../dist/rules/setting-tables.json', import.meta.url);

/** The tables that ship with the program, made from rules/tables/ by the build. */
export async function openSettingTables(): Promise<SettingTables> {
  const { default: built } = (await import(TABLES.href, { with: { type: 'json' } })) as { default: SettingTables };
  return built;
}
