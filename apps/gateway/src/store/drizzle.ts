// The only file that loads drizzle-orm. By `require`: imported statically as ES modules it costs 200 MB of memory and
// half a second of every start (DESIGN section 3). Types come from the ES build; they cost nothing.
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
const core = load('drizzle-orm') as typeof import('drizzle-orm');
const sqliteCore = load('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');
const sqliteDriver = load('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3');

export const { and, asc, count, desc, eq, lte, or, sql } = core;
export const { getTableColumns: columnsOfTable, getTableName: nameOfTable } = core;
export const placeholder = core.sql.placeholder;
export const { blob, integer, sqliteTable, text } = sqliteCore;
export const drizzleSqlite = sqliteDriver.drizzle;

export type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
