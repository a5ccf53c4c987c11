// The entries that tell of one call, with what they commit to. Every header is hashed again and every detail checked
// against its commitment before it is shown: what was altered beside the log is named, not repeated.
import {
  commitment,
  type EntryHeader,
  fromUtf8,
  leafHash,
  parseEntry,
  type StoredEntry,
  toHex,
} from '@countersign/audit';
import type { AdminReaders } from './deps.ts';

export interface CallEntry {
  readonly index: number;
  readonly leaf: string;
  readonly header: EntryHeader;
  /** The header as it stands in the log: what the leaf is the hash of. */
  readonly text: string;
  /** Detail name to its text; only what matches its commitment. */
  readonly details: ReadonlyMap<string, string>;
  /** Committed to, and no longer stored. */
  readonly erased: readonly string[];
  /** What it commits to is stored, and no key opens it: nothing of it was erased. */
  readonly isKeyLost: boolean;
  /** The leaf is the hash of the header, and every stored detail matches its commitment. */
  readonly intact: boolean;
}

/** In order of the log. */
export async function entriesOfCall(
  readers: Pick<AdminReaders, 'calls' | 'log'>,
  call: string,
): Promise<readonly CallEntry[]> {
  const entries: CallEntry[] = [];
  for (const { header } of await readers.calls.entries(call)) {
    const stored = await readers.log.entry(header.index);
    if (stored === null) throw new Error(`the log has no entry ${header.index}`);
    entries.push(checkEntry(stored));
  }
  return entries;
}

function checkEntry(stored: StoredEntry): CallEntry {
  const parsed = parseEntry(stored.header);
  if (!parsed.ok) throw new Error(`entry ${stored.index} cannot be read: ${parsed.error.message}`);
  const header = parsed.value;
  const commits = new Map<string, string | null>(Object.entries(header.commits));
  const details = new Map<string, string>();
  const altered: string[] = [];
  for (const { name, salt, value } of stored.details) {
    const text = fromUtf8(value);
    if (text !== null && toHex(commitment(name, salt, value)) === commits.get(name)) details.set(name, text);
    else altered.push(name);
  }
  const isKeyLost = stored.withheld === true;
  const missing = [...commits].filter(([name, digest]) => digest !== null && !details.has(name));
  return {
    index: stored.index,
    leaf: toHex(stored.leaf),
    header,
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(stored.header),
    details,
    erased: isKeyLost ? [] : missing.map(([name]) => name).filter((name) => !altered.includes(name)),
    isKeyLost,
    intact: altered.length === 0 && toHex(leafHash(stored.header)) === toHex(stored.leaf),
  };
}
