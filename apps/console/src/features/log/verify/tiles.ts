// Reads a log as it is served to any client of C2SP tlog-tiles: entries and, apart from them, the hashes that the log says
// they have. Knows nothing of what is true.
import {
  bundlePath,
  parseBundle,
  splitHashes,
  TILE_WIDTH,
  tilePath,
  type StoredEntry,
} from '@countersign/audit';

/** Enough requests at a time to keep the network busy, and few enough to keep what is read small. */
const AHEAD = 4;

/** `read`: the bytes below the log's address. Errors: rejects where something is not there, or is no tile. */
export async function* readEntries(
  size: number,
  read: (path: string) => Promise<Uint8Array>,
): AsyncGenerator<readonly StoredEntry[]> {
  const tiles = Math.ceil(size / TILE_WIDTH);
  const pages: Promise<readonly StoredEntry[]>[] = [];
  for (let index = 0; index < tiles + AHEAD; index += 1) {
    if (index < tiles) {
      const page = readPage(index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH), read);
      // Whoever reads on hears of it; until then, it is nobody's fault.
      page.catch(() => undefined);
      pages.push(page);
    }
    const due = index < AHEAD - 1 ? undefined : pages.shift();
    if (due !== undefined) yield await due;
  }
}

async function readPage(
  index: number,
  width: number,
  read: (path: string) => Promise<Uint8Array>,
): Promise<readonly StoredEntry[]> {
  const [bundle, tile] = await Promise.all([
    read(bundlePath({ index, width })),
    read(tilePath({ level: 0, index, width })),
  ]);
  const headers = parseBundle(bundle, width);
  if (!headers.ok) throw new Error(headers.error.message);
  const leaves = splitHashes(tile);
  if (leaves.length !== width) throw new Error(`tile ${index} has ${leaves.length} hashes, not ${width}`);
  return headers.value.map((header, at) => ({
    index: index * TILE_WIDTH + at,
    header,
    leaf: leaves[at] ?? new Uint8Array(),
    details: [],
    // Values are not in tiles: what was committed to is neither shown nor said to be gone.
    withheld: true,
  }));
}
