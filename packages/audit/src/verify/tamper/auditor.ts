// What an auditor finds who holds more or less of a log. For tests only.

import { openCheckpoint } from '../../checkpoint.ts';
import { leafHash } from '../../merkle.ts';
import { proveInclusion } from '../../proof/prove.ts';
import { checkReceipt, type ReceiptVerdict } from '../../receipt/check.ts';
import { openReceipt } from '../../receipt/receipt.ts';
import { readNode } from '../../testing/bundle-builder.ts';
import { ORIGIN } from '../../testing/log-builder.ts';
import { importNoteVerifier } from '../../note-key.ts';
import { verifyLog } from '../log.ts';
import type { Failure, LogReport, VerifyOptions } from '../types.ts';
import { NOW, type Scene, type Store } from './scene.ts';
import { log, receipts, trust, valueOf } from './world.ts';

/**
 * - `nothing`: the auditor takes the keys that lie beside the log.
 * - `key`: the log's key, or the root key of its manifest, from outside.
 * - `anchor`: that, and a checkpoint that somebody kept.
 * - `quorum`: a trust policy, and only such checkpoints as the store shows.
 * - `witness`: a trust policy, and a checkpoint from the witnesses themselves.
 * - `receipt`: the keys, and what a caller was given.
 */
export const EVIDENCE = ['nothing', 'key', 'anchor', 'quorum', 'witness', 'receipt'] as const;
export type Evidence = (typeof EVIDENCE)[number];

export interface Findings {
  readonly report: LogReport;
  readonly failures: readonly Failure[];
  readonly receipt: ReceiptVerdict | null;
}

export async function audit(store: Store, evidence: Evidence, scene: Scene): Promise<Findings> {
  const failures: Failure[] = [];
  const report = await verifyLog(store.entries, {
    origin: ORIGIN,
    checkpoints: store.heads.map(({ note }) => note),
    ...held(store, evidence, scene),
    onFailure: (failure) => failures.push(failure),
  });
  const receipt = evidence === 'receipt' ? await redeem(store, scene) : null;
  return { report, failures, receipt };
}

function held(store: Store, evidence: Evidence, { held }: Scene): Partial<VerifyOptions> {
  const outside = { vkeys: [log.vkey], keysFrom: 'outside', keyManifest: store.manifest } as const;
  switch (evidence) {
    case 'nothing':
      return { vkeys: store.vkeys, keysFrom: 'store' };
    case 'key':
    case 'receipt':
      return outside;
    case 'anchor':
      return { ...outside, external: [held.anchor] };
    case 'quorum':
      return { trust, keyManifest: store.manifest };
    case 'witness':
      return { trust, keyManifest: store.manifest, external: [held.witnessed] };
  }
}

/** Holds the receipt against the newest checkpoint that the log can show, long after the promise. */
async function redeem({ entries, heads, manifest }: Store, { receipt }: Scene): Promise<ReceiptVerdict> {
  const opened = valueOf(await openReceipt(receipt.note, [valueOf(await importNoteVerifier(receipts.vkey))]));
  const keys = await Promise.all(
    manifest.keys.map(async ({ vkey }) => valueOf(await importNoteVerifier(vkey))),
  );
  const notes = await Promise.all(heads.map(async ({ note }) => openCheckpoint(note, keys)));
  const checkpoint = notes.flatMap((note) => (note.ok ? [note.value] : [])).at(-1);
  const { index } = opened;
  const stored = entries[index];
  const isCovered = checkpoint !== undefined && checkpoint.size > index && checkpoint.size <= entries.length;
  const checked = checkReceipt(opened, {
    now: NOW,
    ...(stored === undefined ? {} : { entry: { index, leaf: leafHash(stored.header) } }),
    ...(checkpoint === undefined ? {} : { checkpoint, checkpointAt: NOW }),
    ...(isCovered ? { inclusionProof: await proveInclusion(index, checkpoint.size, readNode(entries)) } : {}),
  });
  return checked.verdict;
}
