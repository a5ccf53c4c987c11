// Tells the log when the node starts with another configuration than the last time. No secret stands in a configuration:
// they are named there, and read from the environment or from files when they are used.
import type { EntryDraft } from '@countersign/audit';
import type { Config } from '../config.ts';
import { asDigest } from '../digest.ts';
import { sha256Hex } from '../policies/sha256.ts';
import type { Store } from '../store/store.ts';
import type { CommitRequest } from '../store/types.ts';

/** To be committed before the node serves; empty where nothing changed. `now` in milliseconds since the epoch. */
export async function configChange(
  store: Pick<Store, 'readers'>,
  config: Config,
  now: number,
): Promise<Required<Pick<CommitRequest, 'entries' | 'changes'>>> {
  const before = await store.readers.config.inForce();
  const after = textOf(config);
  const digest = asDigest(sha256Hex(after));
  if (before?.digest === digest) return { entries: [], changes: [] };
  const entry: EntryDraft<'config.changed'> = {
    kind: 'config.changed',
    call: null,
    agent: null,
    chain: null,
    body: { config: digest, previous: before === null ? null : asDigest(before.digest) },
    details: before === null ? { after } : { before: before.config, after },
  };
  return {
    entries: [entry],
    changes: [{ put: 'config_in_force', row: { id: 1, digest, config: after, since: now } }],
  };
}

/** JSON with its members sorted: the same configuration gives the same text, in whatever order it was written. */
function textOf(config: Config): string {
  return JSON.stringify(config, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
