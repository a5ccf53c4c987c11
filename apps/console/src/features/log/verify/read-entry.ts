// One entry from the tiles that the log serves, archived ones too, with a proof that it is in the newest checkpoint, which is checked
// here. Who signed the checkpoint is for those to ask who know the log's key from elsewhere.
import {
  bundlePath,
  formatTlogProof,
  leafHash,
  openTileTree,
  parseBundle,
  parseCheckpoint,
  parseEntry,
  proveInclusion,
  TileError,
  TILE_WIDTH,
  tilePath,
  toHex,
  verifyInclusion,
} from '@countersign/audit';
import { fetchBytes } from './fetch-bytes.ts';

export interface ReadEntry {
  readonly index: number;
  /** The entry's bytes, as text. */
  readonly header: string;
  /** Computed from the bytes, in hex. */
  readonly leaf: string;
  readonly fields: {
    readonly kind: string;
    readonly time: string | null;
    readonly call: string | null;
    readonly chain: string | null;
  };
  /** Entries of the checkpoint that it was held against. */
  readonly covered: number;
  readonly proof:
    | { readonly holds: true; readonly text: string }
    | { readonly holds: false; readonly why: string };
}

/** Errors: rejects with words for people where the log does not serve it, or what it serves is no entry. */
export async function readEntry(index: number, origin: string): Promise<ReadEntry> {
  const log = `${origin}/log`;
  const note = await fetchBytes(`${log}/checkpoint`);
  const checkpoint = parseCheckpoint(note);
  if (!checkpoint.ok) throw new Error(`the checkpoint cannot be read: ${checkpoint.error.message}`);
  const { size } = checkpoint.value;
  if (index >= size)
    throw new Error(`the newest checkpoint covers ${size} entries, and this is not one of them yet`);
  const tile = Math.floor(index / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, size - tile * TILE_WIDTH);
  const headers = parseBundle(await fetchBytes(`${log}/${bundlePath({ index: tile, width })}`), width);
  if (!headers.ok) throw new Error(headers.error.message);
  const bytes = headers.value[index - tile * TILE_WIDTH] ?? new Uint8Array();
  const parsed = parseEntry(bytes);
  const header = new TextDecoder().decode(bytes);
  return {
    index,
    header,
    leaf: toHex(leafHash(bytes)),
    fields: {
      kind: parsed.ok ? parsed.value.kind : '',
      time: parsed.ok ? new Date(Math.floor(parsed.value.time / 1000)).toISOString() : null,
      call: parsed.ok ? parsed.value.call : null,
      chain: parsed.ok ? (parsed.value.chain?.id ?? null) : null,
    },
    covered: size,
    proof: await proven({ index, bytes, note, log, head: checkpoint.value }),
  };
}

interface Claim {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly note: Uint8Array;
  readonly log: string;
  readonly head: { readonly size: number; readonly root: Uint8Array };
}

async function proven({ index, bytes, note, log, head }: Claim): Promise<ReadEntry['proof']> {
  try {
    const tree = await openTileTree(head, (tile) => fetchBytes(`${log}/${tilePath(tile)}`));
    if (!tree.ok) return { holds: false, why: tree.error.message };
    const hashes = await proveInclusion(index, head.size, tree.value.node);
    const holds = verifyInclusion({ index, size: head.size, leaf: leafHash(bytes), root: head.root }, hashes);
    if (!holds) return { holds, why: 'these bytes are not what the tree of the signed log has there' };
    const checkpoint = new TextDecoder().decode(note);
    return { holds, text: formatTlogProof({ index, hashes, checkpoint, extra: null }) };
  } catch (error) {
    if (error instanceof TileError) return { holds: false, why: error.message };
    throw error;
  }
}
