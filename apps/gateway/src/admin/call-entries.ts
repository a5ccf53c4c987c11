// The entries that tell of one call, with what they commit to. Every header is hashed again and every detail checked
// against its commitment before it is shown: what was altered beside the log is named, not repeated.
import { commitment, type EntryHeader, fromUtf8, leafHash, parseEntry, toHex } from '@countersign/audit';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AdminReads, CallRow, StoredEntry } from './deps.ts';

/** Entries of one chain that are looked through: a chain of millions must not stall the process. */
const MAX_STEPS = 2000;
const STEPS_PER_TURN = 100;

export interface CallEntry {
  readonly stored: StoredEntry;
  readonly header: EntryHeader;
  /** Detail name to its text; only what matches its commitment. */
  readonly details: ReadonlyMap<string, string>;
  /** Committed to, and no longer stored. */
  readonly erased: readonly string[];
  /** The leaf is the hash of the header, and every stored detail matches its commitment. */
  readonly intact: boolean;
}

/** In order of the log. Follows the chain's own links from its newest entry back to the call's first decision. */
export async function entriesOfCall(reads: AdminReads, call: CallRow): Promise<CallEntry[]> {
  const wanted = new Set([call.decidedIndex, ...(call.endedIndex === null ? [] : [call.endedIndex])]);
  const chain = await reads.chain(call.chain);
  let index: number | null = chain?.lastIndex ?? null;
  for (let step = 1; index !== null && step <= MAX_STEPS; step += 1) {
    if (step % STEPS_PER_TURN === 0) await nextTurn();
    const header = (await readEntry(reads, index)).header;
    if (tellsOf(header, call)) wanted.add(index);
    if (header.kind === 'call.decided' && header.call === call.id && header.body.round === 1) break;
    const previous: number | null = header.chain?.prevIndex ?? null;
    // A link that does not lead back would go round in circles.
    index = previous !== null && previous < index ? previous : null;
  }
  const entries: CallEntry[] = [];
  for (const at of [...wanted].sort((a, b) => a - b)) entries.push(await withDetails(reads, at));
  return entries;
}

async function readEntry(
  reads: AdminReads,
  index: number,
): Promise<{ stored: StoredEntry; header: EntryHeader }> {
  const [stored] = await reads.entries(index, 1);
  if (stored?.index !== index) throw new Error(`the log has no entry ${index}`);
  const parsed = parseEntry(stored.header);
  if (!parsed.ok) throw new Error(`entry ${index} cannot be read: ${parsed.error.message}`);
  return { stored, header: parsed.value };
}

function tellsOf(header: EntryHeader, call: CallRow): boolean {
  if (header.call === call.id) return true;
  switch (header.kind) {
    case 'approval.requested':
    case 'approval.reviewed':
    case 'approval.closed':
      return header.body.approval === call.approval;
    default:
      return false;
  }
}

async function withDetails(reads: AdminReads, index: number): Promise<CallEntry> {
  const { stored, header } = await readEntry(reads, index);
  const commits = new Map<string, string | null>(Object.entries(header.commits));
  const details = new Map<string, string>();
  const stray: string[] = [];
  for (const { name, salt, value } of await reads.details(index)) {
    const text = fromUtf8(value);
    if (text !== null && toHex(commitment(name, salt, value)) === commits.get(name)) details.set(name, text);
    else stray.push(name);
  }
  const missing = [...commits]
    .filter(([name, digest]) => digest !== null && !details.has(name))
    .map(([name]) => name);
  return {
    stored,
    header,
    details,
    erased: missing.filter((name) => !stray.includes(name)),
    intact: stray.length === 0 && toHex(leafHash(stored.header)) === toHex(stored.leaf),
  };
}
