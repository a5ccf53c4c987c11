// What of appending an entry does not depend on where it will stand: its header up to there, salts, commitments, the frame of its
// values, and what it changes in the index of calls. Done by the thread that asks for the entry, so that the one thread that
// everything waits for does not have to.
import { type EntryDraft, prepareEntry as prepared, type Unplaced } from '@countersign/audit';
import { frameDetails } from '../../payload/framing.ts';
import { type HolderName, ownHolder } from '../../payload/holder-name.ts';
import type { UnplacedChange } from '../../call-changes.ts';
import { projectDraft } from '../../projection.ts';

export interface PreparedEntry extends Unplaced {
  readonly call: string | null;
  readonly agent: string | null;
  /** Whose values these are; null where the call that they belong to says it. */
  readonly holder: HolderName | null;
  /** The values as they are sealed; null for none. */
  readonly frame: Uint8Array | null;
  readonly calls: readonly UnplacedChange[];
}

/** Throws a TypeError for a draft that does not fit the format. */
export function prepareEntry(draft: EntryDraft): PreparedEntry {
  const { agent, call } = draft;
  const { unplaced, details } = prepared(draft);
  const given: Readonly<Record<string, string | Uint8Array | undefined>> = draft.details;
  return {
    ...unplaced,
    agent,
    call,
    holder: ownHolder(draft),
    frame: details.length === 0 ? null : frameDetails(details),
    calls: projectDraft(draft, { get: (name) => given[name] }),
  };
}
