// The checkpoint keys by the newest key manifest in the database, looked up before each signature: a rotation is in force
// from the commit on that brought it.
import { type NoteSigner, parseKeyManifest } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { type CheckpointKeys, listedKeys, onlyKey } from '../../../checkpoints/checkpoint-keys.ts';
import { StoreError } from '../../store-error.ts';
import { createKeyReader } from '../readers/keys.ts';

export interface Keyring {
  current(): Promise<CheckpointKeys>;
}

export interface KeyringOptions {
  readonly origin: string;
  /** Those that are here. The first is the only one of a log that has no manifest yet. */
  readonly signers: readonly [NoteSigner, ...NoteSigner[]];
  /** Wall clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

export function createKeyring(db: Database.Database, { origin, signers, now }: KeyringOptions): Keyring {
  const reader = createKeyReader(db);
  let known: { readonly serial: number; readonly keys: CheckpointKeys } | null = null;
  return {
    async current() {
      const record = await reader.manifest();
      if (record === null) return onlyKey(origin, signers[0]);
      if (known?.serial === record.serial) return known.keys;
      const manifest = parseKeyManifest(record.note);
      if (!manifest.ok || manifest.value.origin !== origin) {
        const why = manifest.ok ? `it is of \`${manifest.value.origin}\`` : manifest.error.message;
        throw new StoreError('damaged', `the stored key manifest cannot be used: ${why}`);
      }
      const { overlapUntil } = record;
      const isOverlap = (): boolean => overlapUntil !== null && now() < overlapUntil;
      known = { serial: record.serial, keys: await listedKeys(manifest.value, signers, isOverlap) };
      return known.keys;
    },
  };
}
