// The values beside the log as the writer holds them: what seals new ones, and what destroys old ones, over one key store.
import type Database from 'better-sqlite3';
import { createPayloadChanger, type PayloadChanger } from './changer.ts';
import { createPayloadSealer, type PayloadSealer } from './sealer.ts';
import type { KeyVault } from './vault.ts';

export interface Payloads {
  readonly payloads: PayloadSealer;
  readonly payloadChanges: PayloadChanger;
}

export function createPayloads(db: Database.Database, vault: KeyVault, origin: string): Payloads {
  const payloads = createPayloadSealer(db, vault, origin);
  return { payloads, payloadChanges: createPayloadChanger(db, vault, payloads, origin) };
}
