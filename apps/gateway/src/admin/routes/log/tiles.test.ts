import { gunzipSync } from 'node:zlib';
import {
  appendLeaf,
  bundlePath,
  type CompactRange,
  EMPTY_RANGE,
  encodeBundle,
  generateNoteKey,
  importNoteSigner,
  joinHashes,
  leafHash,
  parseEntry,
  rangeRoot,
  signCheckpoint,
  tilePath,
  toHex,
  utf8,
} from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dataPaths } from '../../../store/paths.ts';
import { nodeStopped } from '../../../store/testing-drafts.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { createFollower } from '../../testing/log-follower.ts';

let admin: AdminUnderTest;
let auditor: string;
beforeAll(async () => {
  admin = await startAdmin();
  auditor = await admin.tokenFor('fiona', ['auditor']);
});
afterAll(() => admin.close());

const get = (path: string, init: Parameters<AdminUnderTest['request']>[1] = {}): Promise<Response> =>
  admin.request(`/log/${path}`, { token: auditor, ...init });

/** Appends entries and waits until a checkpoint covers them. */
async function append(count: number): Promise<number> {
  await admin.store.commit({ entries: Array.from({ length: count }, nodeStopped) });
  const { size } = admin.store.health();
  await vi.waitFor(async () => expect((await admin.store.readers.log.latestCheckpoint())?.size).toBe(size), {
    timeout: 20_000,
    interval: 50,
  });
  return size;
}

describe('a client that follows the log over tiles', () => {
  it('sees every entry, and that the log only grew, from one checkpoint to the next', async () => {
    const follower = await createFollower(admin.vkey, get);
    const first = await append(100);
    const seen = await follower.follow();
    expect(seen.size).toBe(first);
    const [opened] = seen.headers;
    expect(parseEntry(opened ?? new Uint8Array())).toMatchObject({ value: { kind: 'log.opened' } });

    const second = await append(700);
    const more = await follower.follow();
    expect(more.size).toBe(second);
    expect(more.headers).toHaveLength(second - first);
    expect(more.paths).toContain('tile/entries/001');
    expect(more.paths).toContain('tile/1/000.p/3');
    const stored = await admin.store.readers.log.latestCheckpoint();
    expect(toHex(more.root)).toBe(stored?.root);
    expect((await follower.follow()).headers).toEqual([]);
  });

  it.each([
    ['tile/0/001', /tile 1 of level 0 does not add up/],
    ['tile/entries/000', /entry 0 is not the one in its tile/],
    ['tile/1/000', /do not add up to the root of the checkpoint/],
    ['checkpoint', /signature|size|root/],
  ])('finds out when it is not what it was: %s', async (bad, message) => {
    await append(300);
    const follower = await createFollower(admin.vkey, async (path) => {
      const response = await get(path);
      if (!path.startsWith(bad)) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      return new Response(bytes);
    });
    await expect(follower.follow()).rejects.toThrow(message);
  });

  it('finds out when the log was put back to an earlier state and went on otherwise', async () => {
    const { skey, vkey } = await generateNoteKey('forked.example/log');
    const signer = await importNoteSigner(skey);
    if (!signer.ok) throw new Error(signer.error.message);
    const logOf = async (...entries: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> => {
      const leaves = entries.map((entry) => leafHash(utf8(entry)));
      const root = rangeRoot(
        leaves.reduce<CompactRange>((range, leaf) => appendLeaf(range, leaf), EMPTY_RANGE),
      );
      const part = { level: 0, index: 0, width: entries.length };
      return new Map([
        [
          'checkpoint',
          utf8(
            await signCheckpoint({ origin: 'forked.example/log', size: entries.length, root }, signer.value),
          ),
        ],
        [tilePath(part), joinHashes(leaves)],
        [bundlePath(part), encodeBundle(entries.map(utf8))],
      ]);
    };
    const served = [
      await logOf('a', 'b', 'c'),
      await logOf('a', 'b', 'c', 'd'),
      await logOf('a', 'x', 'c', 'd', 'e'),
    ];
    const shorter = await logOf('a', 'b');
    let now = served[0];
    const follower = await createFollower(
      vkey,
      async (path) => new Response(Buffer.from(now?.get(path) ?? [])),
    );
    await follower.follow();
    now = served[1];
    expect((await follower.follow()).headers).toHaveLength(1);
    now = served[2];
    await expect(follower.follow()).rejects.toThrow(/no continuation/);
    now = shorter;
    await expect(follower.follow()).rejects.toThrow(/never had 4/);
  });
});

describe('the checkpoint', () => {
  it('is public, is text, and is asked for again', async () => {
    const response = await admin.request('/log/checkpoint');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toMatch(/^test\.example\/log\n\d+\n/);
  });
});

describe('tiles and entries', () => {
  it('are for auditors', async () => {
    const viewer = await admin.tokenFor('omar', ['viewer', 'approver']);
    for (const path of ['tile/0/000', 'tile/entries/000']) {
      expect((await admin.request(`/log/${path}`)).status).toBe(401);
      expect((await get(path, { token: viewer })).status).toBe(403);
      expect((await get(path, { token: admin.adminToken })).status).toBe(200);
    }
  });

  it('never change, and say so', async () => {
    const tile = await get('tile/0/000');
    expect(tile.headers.get('content-type')).toBe('application/octet-stream');
    expect(tile.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect((await tile.arrayBuffer()).byteLength).toBe(8192);
    const part = await get('tile/0/000.p/3');
    expect((await part.arrayBuffer()).byteLength).toBe(96);
  });

  it('compress entries for whoever takes that', async () => {
    const plain = await (await get('tile/entries/000')).arrayBuffer();
    for (const accepted of ['gzip', 'deflate, GZIP;q=0.5', 'gzip, identity']) {
      const response = await get('tile/entries/000', { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      const bytes = gunzipSync(Buffer.from(await response.arrayBuffer()));
      expect(bytes.equals(Buffer.from(plain))).toBe(true);
    }
    for (const refused of ['identity', 'gzip;q=0', 'gzip; q=0.0, br']) {
      const response = await get('tile/entries/000', { headers: { 'accept-encoding': refused } });
      expect(response.headers.get('content-encoding')).toBeNull();
    }
  });

  it('are not there under another name, nor where the log has not come to', async () => {
    const wrong = ['tile/0/0', 'tile/00/000', 'tile/0/x000/000', 'tile/0/000.p/0', 'tile/0/000.p/256'];
    const absent = ['tile/0/900', 'tile/3/000.p/1', 'tile/entries/900.p/1', 'tile/63/000.p/1', 'tile/'];
    for (const path of [...wrong, ...absent]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('end with the newest checkpoint, though the log is longer', async () => {
    const size = await append(1);
    const db = new Database(dataPaths(admin.dataDir).database);
    const saved = db.prepare('SELECT * FROM checkpoints').all() as Record<string, unknown>[];
    db.exec('DELETE FROM checkpoints WHERE size > 300');
    const signed = (await admin.store.readers.log.latestCheckpoint())?.size ?? 0;
    const index = `00${Math.floor(signed / 256)}`;
    expect(signed).toBeLessThan(size);
    expect((await get(`tile/0/${index}.p/${signed % 256}`)).status).toBe(200);
    expect((await get(`tile/0/${index}.p/${(signed % 256) + 1}`)).status).toBe(404);
    expect((await get(`tile/0/${index}`)).status).toBe(404);
    expect((await get(`tile/entries/${index}.p/${(signed % 256) + 1}`)).status).toBe(404);
    expect((await get('tile/1/000.p/2')).status).toBe(404);
    const put = db.prepare(
      'INSERT OR IGNORE INTO checkpoints (size, root, frontier, note, time) VALUES (@size, @root, @frontier, @note, @time)',
    );
    for (const row of saved) put.run(row);
    db.close();
  });
});
