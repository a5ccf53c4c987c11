// Commands on a log of the tests of archives, and what is in its database.
import Database from 'better-sqlite3';
import { dataPaths } from '../store/paths.ts';
import type { ArchiveLog } from './testing-log.ts';

export interface Report {
  readonly verdict: string;
  readonly size: number;
  readonly root: string;
  readonly read: { readonly from: number; readonly to: number };
  readonly firstFailure: {
    readonly code: string;
    readonly index: number | null;
    readonly message: string;
  } | null;
  readonly archived: readonly { readonly from: number; readonly to: number; readonly isRead: boolean }[];
  readonly notProven: readonly string[];
  readonly details: Readonly<Record<string, number>>;
}

export async function verify(
  log: ArchiveLog,
  ...args: string[]
): Promise<{ code: number; report: Report | null; err: string }> {
  const { code, out, err } = await log.cli('verify', '--json', '--no-replay', ...args);
  return { code, report: (out === '' ? null : JSON.parse(out)) as Report | null, err };
}

export async function verified(
  log: ArchiveLog,
  ...args: string[]
): Promise<{ code: number; report: Report }> {
  const { code, report, err } = await verify(log, ...args);
  if (report === null) throw new Error(err);
  return { code, report };
}

export const archive = (log: ArchiveLog, ...args: string[]) =>
  log.cli('log', 'archive', '--to', log.target, '--yes', '--json', ...args);

export function read<T>(log: ArchiveLog, sql: string): T[] {
  const db = new Database(dataPaths(log.dataDir).database, { readonly: true });
  try {
    return db.prepare<[], T>(sql).all();
  } finally {
    db.close();
  }
}

export const one = (log: ArchiveLog, sql: string): unknown =>
  Object.values(read<object>(log, sql)[0] ?? {})[0];
