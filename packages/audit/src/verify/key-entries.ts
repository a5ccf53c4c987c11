// What the log's own entries tell of its keys, held against the key manifest that signatures were checked by: a manifest
// that does not know of them is an older one, put back, and may hide a revocation. Part of level "checkpoints".

import type { EntryHeader } from '../entry/types.ts';
import { belowPin, digestOfKey, isKeyEntry, type KeyEntry, knowsOf, pinnedSerial } from '../keys/age.ts';
import type { KeyManifest } from '../keys/manifest.ts';
import type { NoteVerifier } from '../note-key.ts';
import type { Trust } from '../trust/types.ts';
import type { Tally } from './tally.ts';

export interface KeyEntryStep {
  readonly check: (entry: EntryHeader) => void;
  /** What is left open about keys; fails a manifest that the trust policy takes for too old. */
  readonly finish: (origin: string) => readonly string[];
}

export interface KeyEntryOptions {
  readonly trust: Trust | undefined;
  /** Whether keys came from the auditor: those of the store prove nothing, whatever their manifest's age. */
  readonly keysFrom: 'outside' | 'store';
  /** The manifest in use, and the keys that the auditor gave, when they are asked for. */
  readonly manifest: () => KeyManifest | undefined;
  readonly given: readonly NoteVerifier[];
}

export function createKeyEntryStep(
  { trust, keysFrom, manifest, given }: KeyEntryOptions,
  tally: Tally,
): KeyEntryStep {
  const unchecked: KeyEntry[] = [];
  return {
    check: (entry) => {
      if (!isKeyEntry(entry)) return;
      const known = manifest();
      if (known === undefined) {
        unchecked.push(entry);
        return;
      }
      if (knowsOf(known, entry)) return;
      const what = entry.kind === 'key.revoked' ? 'a key was revoked' : 'a key was rotated';
      tally.failed(
        'checkpoints',
        'keys_outdated',
        entry.index,
        `entry ${entry.index} tells that ${what}, and the key manifest ${known.serial} does not know of it: it is an older one; get the newest`,
      );
    },
    finish: (origin) => {
      const known = manifest();
      const problem = belowPin(known, trust, origin);
      if (problem !== null) tally.failed('checkpoints', 'keys_outdated', null, problem);
      if (keysFrom === 'store' || given.length === 0) return [];
      if (known !== undefined) return ageOf(known, trust);
      return unchecked.length === 0 ? [] : [withoutManifest(unchecked, given)];
    },
  };
}

function ageOf({ origin, serial }: KeyManifest, trust: Trust | undefined): readonly string[] {
  return pinnedSerial(trust, origin) === null
    ? [
        `the key manifest ${serial} could be older than the newest one, which may revoke a key: ask for that, and write \`manifest ${origin} <its serial>\` into the trust policy`,
      ]
    : [];
}

function withoutManifest(told: readonly KeyEntry[], given: readonly NoteVerifier[]): string {
  const digests = new Set(given.map(({ vkey }) => digestOfKey(vkey)));
  const revoked = told.find(({ kind, body }) => kind === 'key.revoked' && digests.has(body.key));
  const root = 'give the log’s root key, which signs the manifest that says which key speaks where';
  return revoked?.kind === 'key.revoked'
    ? `entry ${revoked.index} revokes a key that you gave: what it signed of more than ${revoked.body.after} entries proves nothing, and was taken all the same: ${root}`
    : `entry ${told[0]?.index} tells of another key, and no key manifest was read: ${root}`;
}
