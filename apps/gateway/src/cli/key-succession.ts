// Rotation and revocation of the keys that speak for a log: a new manifest signed by the root key, and the entries that
// tell of it, in one commit under the key that was in use.
import { rm } from 'node:fs/promises';
import {
  currentKey,
  type EntryDraft,
  type KeyManifest,
  withRevokedKey,
  withRotatedKey,
} from '@countersign/audit';
import { type KeyActor, putInForce, revokedEntry, rotatedEntry } from '../checkpoints/key-changes.ts';
import { type KeyFile, makeKeyFile, settleKeyFile } from '../checkpoints/key-files.ts';
import { operatorName } from '../operator.ts';
import type { Change } from '../store/types.ts';
import { CommandError } from './exit.ts';
import { openOwnStore, orFail, type OwnLog } from './own-log.ts';
import { counted } from './text.ts';

export interface Succession {
  readonly log: OwnLog;
  readonly root: KeyFile;
  readonly headFile: string;
  /** How long the key before goes on signing beside its successor. */
  readonly overlapMs: number;
  readonly now: number;
}

export interface Succeeded {
  readonly manifest: KeyManifest;
  /** The new key, null where none was needed. */
  readonly vkey: string | null;
  readonly overlapUntil: number | null;
}

interface Step {
  readonly entries: readonly EntryDraft[];
  readonly changes: readonly Change[];
  readonly manifest: KeyManifest;
}

export async function rotate(role: 'checkpoint' | 'receipt', of: Succession): Promise<Succeeded> {
  const { log, root, now, overlapMs } = of;
  const fresh = orFail(await makeKeyFile(log.dataDir, role, log.origin));
  // Only the checkpoint key is known to others by itself; a receipt is checked against the manifest.
  const overlapUntil = role === 'checkpoint' && overlapMs > 0 ? now + overlapMs : null;
  // The entry at index `size` is covered by a checkpoint of the key before; what comes after it by the new one.
  const manifest = await commitAt(of, fresh, (size) =>
    rotation(role, fresh, { manifest: log.manifest, root, at: size + 2, now, overlapUntil }),
  );
  if (overlapUntil === null) await settleKeyFile(log.dataDir, role, log.origin, fresh.signer.vkey);
  return { manifest, vkey: fresh.signer.vkey, overlapUntil };
}

/** Ends a key at once. One in use gets a successor in the same commit: a log without a key cannot go on. */
export async function revoke(
  { vkey, after, reason }: { readonly vkey: string; readonly after: number; readonly reason: string },
  of: Succession,
): Promise<Succeeded> {
  const { log, root, now } = of;
  const { role } = log.manifest.keys.find((key) => key.vkey === vkey) ?? { role: 'checkpoint' };
  const isInUse = currentKey(log.manifest, role)?.vkey === vkey;
  const fresh = isInUse ? orFail(await makeKeyFile(log.dataDir, role, log.origin)) : null;
  const manifest = await commitAt(of, fresh, async (size) => {
    const rotated =
      fresh === null
        ? { entries: [], changes: [], manifest: log.manifest }
        : await rotation(role, fresh, {
            manifest: log.manifest,
            root,
            // A key that was lost before it ever signed keeps the one size at which nobody can say otherwise.
            at: Math.max(size + 1, (currentKey(log.manifest, role)?.from ?? 0) + 1),
            now,
            overlapUntil: null,
          });
    const revoked = withRevokedKey(rotated.manifest, { vkey, after });
    if (revoked === null)
      throw new CommandError(
        1,
        `\`${vkey}\` speaks for nothing after ${counted(after, 'entry', 'entries')} as it is`,
      );
    const { note, change } = await putInForce(revoked, root.signer, { createdAt: now, overlapUntil: null });
    const entry = await revokedEntry({ role, vkey, after, reason, note, actor: actor() });
    return { entries: [...rotated.entries, entry], changes: [...rotated.changes, change], manifest: revoked };
  });
  if (fresh !== null) await settleKeyFile(log.dataDir, role, log.origin, fresh.signer.vkey);
  return { manifest, vkey: fresh?.signer.vkey ?? null, overlapUntil: null };
}

async function rotation(
  role: 'checkpoint' | 'receipt',
  fresh: KeyFile,
  of: {
    readonly manifest: KeyManifest;
    readonly root: KeyFile;
    readonly at: number;
    readonly now: number;
    readonly overlapUntil: number | null;
  },
): Promise<Step> {
  const { root, at, now, overlapUntil } = of;
  const { vkey } = fresh.signer;
  const previous = currentKey(of.manifest, role)?.vkey;
  const manifest = withRotatedKey(of.manifest, { role, vkey, at });
  const { note, change } = await putInForce(manifest, root.signer, { createdAt: now, overlapUntil });
  const from = role === 'receipt' ? 0 : at;
  const entries =
    previous === undefined
      ? []
      : [await rotatedEntry({ role, vkey, previous, at: from, note, actor: actor() })];
  return { entries, changes: [change], manifest };
}

async function commitAt(
  { log, headFile }: Succession,
  fresh: KeyFile | null,
  step: (size: number) => Promise<Step>,
): Promise<KeyManifest> {
  const store = await openOwnStore(log, { headFile, more: fresh === null ? [] : [fresh] }).catch(
    async (error: unknown) => {
      // A gateway that runs, for one: nothing names the new key yet, and no stray secret is left behind.
      if (fresh !== null) await rm(fresh.path, { force: true });
      throw error;
    },
  );
  try {
    const { size } = store.health();
    const { entries, changes, manifest } = await step(size);
    const result = await store.commit({ entries, changes });
    if (!result.ok) throw new CommandError(2, `the log took nothing: ${JSON.stringify(result)}`);
    // INVARIANT: the sizes in the manifest rest on where its entry stands; this process is the only writer.
    const first = result.receipts[0]?.index ?? size;
    if (first !== size) throw new Error(`the entry stands at ${first}, not at ${size}`);
    return manifest;
  } finally {
    await store.close();
  }
}

function actor(): KeyActor {
  return { user: operatorName(), via: 'cli' };
}
