// What waits for the shadow thread: bounded in number and in bytes, so that a candidate that does not keep up costs the
// gateway nothing but the differences it would have found.
import type { EntryHeader } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';
import { REPLAYED_DETAILS, recordedDecision } from '../store/recorded-decision.ts';
import type { CommittedEntry } from '../store/store.ts';

export interface Waiting {
  readonly header: EntryHeader<'call.decided'>;
  readonly recorded: RecordedDecision;
}

export interface ShadowQueue {
  /** Takes a committed entry; false where it is a decision and there is no room for it. */
  offer(entry: CommittedEntry): boolean;
  take(count: number): readonly Waiting[];
  /** Forgets what waits; how much that was. */
  clear(): number;
  readonly length: number;
}

export function createQueue(maxDecisions: number, maxCharacters: number): ShadowQueue {
  let waiting: Waiting[] = [];
  let characters = 0;
  return {
    get length() {
      return waiting.length;
    },
    offer({ header, details }) {
      if (!isDecision(header)) return true;
      const texts: Readonly<Record<string, Uint8Array | string | undefined>> = details;
      const recorded = recordedDecision(header, { detail: (name) => textOf(texts[name]) }, []);
      const size = sizeOf(recorded);
      if (waiting.length >= maxDecisions || characters + size > maxCharacters) return false;
      characters += size;
      waiting.push({ header, recorded });
      return true;
    },
    take(count) {
      const taken = waiting.slice(0, count);
      waiting = waiting.slice(count);
      characters -= taken.reduce((sum, { recorded }) => sum + sizeOf(recorded), 0);
      return taken;
    },
    clear() {
      const { length } = waiting;
      waiting = [];
      characters = 0;
      return length;
    },
  };
}

function isDecision(header: EntryHeader): header is EntryHeader<'call.decided'> {
  return header.kind === 'call.decided';
}

function sizeOf(recorded: RecordedDecision): number {
  return REPLAYED_DETAILS.reduce((sum, name) => sum + (recorded[name]?.length ?? 0), 0);
}

function textOf(value: Uint8Array | string | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : Buffer.from(value).toString();
}
