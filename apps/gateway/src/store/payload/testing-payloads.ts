// What tests do to stored values behind the gateway's back: take some away, as an erasure does, or change them, as
// somebody does who holds the keys.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Detail } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { entryBinding } from './binding.ts';
import { seal, unseal } from './cipher.ts';
import { frameDetails, readFrame } from './framing.ts';
import { openVaultAt } from './open.ts';
import { defaultPlace, placeOf } from './place.ts';
import type { KeyVault } from './vault.ts';
import { dataKeyOf } from './wrapped.ts';

/** The key store of a folder, with a payload key made where there is none. */
export function openTestVault(dataDir: string): KeyVault {
  const place = defaultPlace(dataDir);
  const file = join(dataDir, 'keys', 'payload.key');
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  return openVaultAt(place);
}

/**
 * Seals the details of entries anew, with their own keys. `change` answers what is to be there; none: the row goes.
 * `db` writes, and lies in the data folder.
 */
export function alterDetails(
  db: Database.Database,
  change: (details: readonly Detail[], index: number) => readonly Detail[],
  only: { readonly index: number } | null = null,
): void {
  const vault = openVaultAt(placeOf(dirname(db.name)));
  const origin = db.prepare<[], string>('SELECT origin FROM log_head').pluck().get() ?? '';
  const boundTo = entryBinding(origin);
  const rows = db
    .prepare<[], { idx: number; key: number; sealed: Uint8Array }>('SELECT idx, key, sealed FROM payloads')
    .all()
    .filter(({ idx }) => only === null || idx === only.index);
  for (const { idx, key, sealed } of rows) {
    const row = vault.byId(key);
    const secret = row === null ? null : dataKeyOf(vault.payloadKey.secret, row);
    const frame = secret === null ? null : unseal(secret, boundTo(idx), sealed);
    const details = frame === null ? null : readFrame(frame);
    if (secret === null || details === null) throw new Error(`the values of entry ${idx} cannot be opened`);
    const altered = change(details, idx);
    if (altered.length === 0) db.prepare('DELETE FROM payloads WHERE idx = ?').run(idx);
    else
      db.prepare('UPDATE payloads SET sealed = ? WHERE idx = ?').run(
        seal(secret, boundTo(idx), frameDetails(altered)),
        idx,
      );
  }
  vault.close();
}

/** Without the details of these names. */
export const without =
  (...names: readonly string[]) =>
  (details: readonly Detail[]): readonly Detail[] =>
    details.filter(({ name }) => !names.includes(name));

/** One detail says something else, with its salt as it was. */
export const saying =
  (name: string, value: string) =>
  (details: readonly Detail[]): readonly Detail[] =>
    details.map((detail) => (detail.name === name ? { ...detail, value: Buffer.from(value) } : detail));
