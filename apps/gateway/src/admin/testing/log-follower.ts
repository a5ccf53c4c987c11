// A client of C2SP tlog-tiles for tests: follows a log with nothing but its public key and GET requests, and believes
// nothing that it did not compute. Shares no code with what serves the log.
import {
  appendLeaf,
  bundlePath,
  type CompactRange,
  EMPTY_RANGE,
  equalBytes,
  importNoteVerifier,
  leafHash,
  openCheckpoint,
  openTileTree,
  parseBundle,
  proveConsistency,
  rangeRoot,
  tileIn,
  tilePath,
  verifyConsistency,
} from '@countersign/audit';

export interface Followed {
  readonly size: number;
  readonly root: Uint8Array;
  /** The headers that are new since the last time. */
  readonly headers: readonly Uint8Array[];
  /** The paths that were asked for. */
  readonly paths: readonly string[];
}

/** `get` fetches a path under the prefix of the log. */
export async function createFollower(
  vkey: string,
  get: (path: string) => Promise<Response>,
): Promise<{ follow(): Promise<Followed> }> {
  const key = await importNoteVerifier(vkey);
  if (!key.ok) throw new Error(key.error.message);
  let range: CompactRange = EMPTY_RANGE;

  return {
    async follow() {
      const paths: string[] = [];
      const fetched = async (path: string): Promise<Uint8Array> => {
        paths.push(path);
        const response = await get(path);
        if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
        return new Uint8Array(await response.arrayBuffer());
      };
      const opened = await openCheckpoint(await fetched('checkpoint'), [key.value]);
      if (!opened.ok) throw new Error(opened.error.message);
      const { size, root } = opened.value;
      const tree = await openTileTree({ size, root }, (tile) => fetched(tilePath(tile)));
      if (!tree.ok) throw new Error(tree.error.message);
      const older = { size: range.size, root: rangeRoot(range) };
      const proof = await proveConsistency(older.size, size, tree.value.node);
      if (!verifyConsistency({ older, newer: { size, root } }, proof))
        throw new Error(`the log of ${size} entries is no continuation of that of ${older.size}`);

      const headers: Uint8Array[] = [];
      for (let index = Math.floor(older.size / 256); ; index += 1) {
        const tile = tileIn(size, { level: 0, index });
        if (tile === null) break;
        const bundle = parseBundle(await fetched(bundlePath(tile)), tile.width);
        if (!bundle.ok) throw new Error(bundle.error.message);
        const leaves = await tree.value.hashes(0, index);
        for (const [at, header] of bundle.value.entries()) {
          const leaf = leafHash(header);
          if (!equalBytes(leaf, leaves[at] ?? new Uint8Array()))
            throw new Error(`entry ${256 * index + at} is not the one in its tile`);
          if (256 * index + at < older.size) continue;
          range = appendLeaf(range, leaf);
          headers.push(header);
        }
      }
      if (!equalBytes(rangeRoot(range), root))
        throw new Error(`the ${size} entries do not add up to the signed root`);
      return { size, root, headers, paths };
    },
  };
}
