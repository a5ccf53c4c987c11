// What callers are given to hold: the key that signs it, and the watch over what it promises.
import type { EntryDraft } from '@countersign/audit';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import type { ExportSigner } from '../exports/types.ts';
import { keyCreated } from '../identity/keys.ts';
import { createReceiptIssuer, type ReceiptIssuer } from '../receipts/issuer.ts';
import { openReceiptKey } from '../receipts/key.ts';
import { proveEntry } from '../proofs/log-proofs.ts';
import { createPromiseWatch } from '../receipts/promise.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { orStop } from './problem.ts';

export interface Receipts {
  readonly issuer: ReceiptIssuer;
  /** The receipt key, for statements about single entries that leave the gateway. */
  readonly signer: ExportSigner;
  /** Entries that tell of a key that was made just now. */
  readonly created: readonly EntryDraft<'key.created'>[];
  /** A C2SP tlog-proof of an entry to the newest checkpoint; null while none covers it. */
  proofOf(index: number): Promise<string | null>;
  /** Why the promise is broken just now; null while it holds. */
  overdue(): string | null;
  close(): void;
}

const LOOK_MS = 1_000;

export async function openReceipts(deps: {
  readonly config: Config;
  readonly origin: string;
  readonly store: Store;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): Promise<Receipts> {
  const { config, origin, store, now, tell } = deps;
  const promiseSeconds = config.log.inclusionPromise;
  const key = orStop(await openReceiptKey(config.data.dir, origin));
  const watch = createPromiseWatch({
    promiseSeconds,
    covered: async () => (await store.readers.log.latestCheckpoint())?.size ?? 0,
    now,
    tell,
  });
  const stops = [store.onCommitted(watch.committed), every(LOOK_MS, () => watch.look())];
  return {
    issuer: createReceiptIssuer({ signer: key.signer, origin, promiseSeconds }),
    signer: key.signer,
    created: key.isNew ? [await keyCreated('receipt', key.publicJwk)] : [],
    proofOf: (index) => proofText(index, store),
    overdue: () => watch.overdue(),
    close() {
      for (const stop of stops) stop();
    },
  };
}

/** A tree that cannot be read proves nothing, and takes no receipt away. */
async function proofText(index: number, { readers }: Pick<Store, 'readers'>): Promise<string | null> {
  try {
    const proof = await proveEntry(readers, index);
    return proof.ok ? proof.value.text : null;
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}
