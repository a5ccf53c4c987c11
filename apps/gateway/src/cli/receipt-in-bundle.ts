// What a proof bundle says of the place that a receipt names: the entry there, the checkpoint, and the proof between them,
// also where the entry is one of a range that is proven as a whole.
import { createReadStream } from 'node:fs';
import {
  type EntryLine,
  fromHex,
  leafHash,
  nodeHash,
  nodesOf,
  proveInclusion,
  type RangeLine,
  readBundle,
  type Receipt,
  utf8,
} from '@countersign/audit';
import { CommandError } from './exit.ts';
import { type Believed, type Found, spokenCheckpoint } from './receipt-evidence.ts';

/** The key manifest in a bundle; null where it has none. */
export async function manifestInBundle(path: string): Promise<string | null> {
  for await (const read of readBundle(createReadStream(path))) {
    if (!read.ok || (read.line.type !== 'bundle' && read.line.type !== 'keys')) return null;
    if (read.line.type === 'keys') return read.line.note;
  }
  return null;
}

/** The bundle was made after its checkpoint: how old it is, nobody but its maker says. */
export async function evidenceInBundle(receipt: Receipt, path: string, believed: Believed): Promise<Found> {
  let note: string | null = null;
  let range: RangeLine | null = null;
  let entry: EntryLine | null = null;
  const leaves = new Map<number, Uint8Array>();
  for await (const read of readBundle(createReadStream(path))) {
    if (!read.ok) throw new CommandError(2, `the bundle \`${path}\` cannot be used: ${read.message}`);
    const { line } = read;
    if (line.type === 'checkpoint') note = line.note;
    if (line.type === 'range') range = line;
    if (line.type !== 'entry') continue;
    if (line.index === receipt.index) entry = line;
    if (range !== null && line.index >= range.from && line.index < range.to)
      leaves.set(line.index, leafHash(utf8(line.header)));
  }
  if (note === null) throw new CommandError(2, `the bundle \`${path}\` has no checkpoint`);
  const checkpoint = await spokenCheckpoint(note, 'the checkpoint of the bundle', believed);
  if (entry === null) return { checkpoint };
  const inclusionProof =
    entry.proof === null
      ? await proofInRange(range, leaves, entry.index, checkpoint.size)
      : entry.proof.flatMap((hash) => fromHex(hash) ?? []);
  return {
    checkpoint,
    entry: { index: entry.index, leaf: leafHash(utf8(entry.header)) },
    ...(inclusionProof === null ? {} : { inclusionProof }),
  };
}

/** A range's own nodes and leaves are all that an inclusion proof within it is made of. */
async function proofInRange(
  range: RangeLine | null,
  leaves: ReadonlyMap<number, Uint8Array>,
  index: number,
  size: number,
): Promise<readonly Uint8Array[] | null> {
  if (range === null) return null;
  const known = new Map<string, Uint8Array>();
  for (const [span, hashes] of [
    [{ from: 0, to: range.from }, range.before],
    [{ from: range.to, to: size }, range.after],
  ] as const) {
    for (const [at, { level, index: place }] of nodesOf(span).entries()) {
      const hash = fromHex(hashes[at] ?? '');
      if (hash !== null) known.set(`${level} ${place}`, hash);
    }
  }
  const nodeAt = (level: number, place: number): Uint8Array => {
    const node = known.get(`${level} ${place}`) ?? (level === 0 ? leaves.get(place) : undefined);
    if (node !== undefined) return node;
    if (level === 0) throw new RangeError(`the bundle says nothing of entry ${place}`);
    return nodeHash(nodeAt(level - 1, 2 * place), nodeAt(level - 1, 2 * place + 1));
  };
  try {
    return await proveInclusion(index, size, ({ level, index: place }) =>
      Promise.resolve(nodeAt(level, place)),
    );
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
