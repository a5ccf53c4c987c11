import { describe, expect, it } from 'vitest';
import { generateNoteKey, importNoteSigner, type NoteSigner } from '../note-key.ts';
import { keyVectors } from '../testing/vectors.ts';
import {
  checkpointKeysAt,
  type KeyManifest,
  openKeyManifest,
  parseKeyManifest,
  receiptKeysAt,
  signKeyManifest,
} from './manifest.ts';
import { currentKey, withRevokedKey, withRotatedKey } from './succession.ts';

async function signerOf(skey: string): Promise<NoteSigner> {
  const signer = await importNoteSigner(skey);
  if (!signer.ok) throw new Error(signer.error.message);
  return signer.value;
}

const { origin, rootSkey, rootVkey, manifests, refused } = keyVectors;
const opened = async (at: number): Promise<KeyManifest> => {
  const manifest = await openKeyManifest(manifests[at]?.note ?? '', rootVkey);
  if (!manifest.ok) throw new Error(manifest.error.message);
  return manifest.value;
};

describe('a key manifest', () => {
  it('is read, and written again byte by byte, as an independent implementation wrote it', async () => {
    for (const [at, { serial, note }] of manifests.entries()) {
      const manifest = await opened(at);
      expect(manifest).toMatchObject({ origin, serial });
      expect(await signKeyManifest(manifest, await signerOf(rootSkey))).toBe(note);
    }
  });

  it('says which keys speak for the log at each size', async () => {
    for (const [at, { valid }] of manifests.entries()) {
      const manifest = await opened(at);
      for (const [size, { checkpoint, receipt }] of Object.entries(valid)) {
        const keys = (found: readonly { vkey: string }[]): string[] => found.map(({ vkey }) => vkey);
        expect(keys(checkpointKeysAt(manifest, Number(size)))).toEqual(checkpoint);
        // A receipt is for an entry; the first size that covers the entry at `index` is `index + 1`.
        expect(keys(receiptKeysAt(manifest, Number(size) - 1))).toEqual(receipt);
      }
    }
  });

  it.each(refused)('is refused with $why', async ({ note }) => {
    expect(await openKeyManifest(note, rootVkey)).toMatchObject({
      ok: false,
      error: { code: 'manifest_malformed' },
    });
    expect(parseKeyManifest(note).ok).toBe(false);
  });

  it('counts only with the signature of the root key of its own log', async () => {
    const note = manifests[1]?.note ?? '';
    const stranger = await generateNoteKey(`${origin}/keys`);
    expect(await openKeyManifest(note, stranger.vkey)).toMatchObject({
      error: { code: 'signature_missing' },
    });
    expect(await openKeyManifest(note, 'nonsense')).toMatchObject({ error: { code: 'key_malformed' } });
    const changed = note.replace(' 0 40 ', ' 0 41 ');
    expect(await openKeyManifest(changed, rootVkey)).toMatchObject({ error: { code: 'signature_invalid' } });

    const other = await generateNoteKey('other.example/log/keys');
    const root = await signerOf(other.skey);
    await expect(signKeyManifest(await opened(1), root)).rejects.toThrow(/root key/);
    const theirs = { ...root, name: `${origin}/keys` };
    const forged = await signKeyManifest(await opened(1), theirs);
    expect((await openKeyManifest(forged, other.vkey)).ok).toBe(false);
  });

  it('is not written in a form that a reader would refuse', async () => {
    const root = await signerOf(rootSkey);
    const manifest = await opened(1);
    for (const impossible of [
      { ...manifest, serial: 0 },
      { ...manifest, keys: [] },
      { ...manifest, keys: manifest.keys.toReversed() },
    ]) {
      await expect(signKeyManifest(impossible, root)).rejects.toThrow(TypeError);
    }
  });
});

describe('the succession of keys', () => {
  it('hands over at a size: every size has one key', async () => {
    const { vkey } = await generateNoteKey(origin);
    const before = await opened(0);
    const after = withRotatedKey(before, { role: 'checkpoint', vkey, at: 40 });
    expect(after.serial).toBe(before.serial + 1);
    expect(checkpointKeysAt(after, 39)).toEqual([{ ...currentKey(before, 'checkpoint'), to: 40 }]);
    expect(checkpointKeysAt(after, 40)).toMatchObject([{ vkey, to: null }]);
    expect(currentKey(after, 'checkpoint')).toMatchObject({ vkey });
    expect(receiptKeysAt(after, 7)).toEqual(receiptKeysAt(before, 7));
    expect(parseKeyManifest(await signKeyManifest(after, await signerOf(rootSkey)))).toMatchObject({
      ok: true,
      value: after,
    });
  });

  it('lets a new receipt key speak of every entry, and the one before of earlier ones only', async () => {
    const { vkey } = await generateNoteKey(`${origin}/receipts`);
    const before = await opened(0);
    const after = withRotatedKey(before, { role: 'receipt', vkey, at: 40 });
    expect(receiptKeysAt(after, 38)).toHaveLength(2);
    expect(receiptKeysAt(after, 39)).toMatchObject([{ vkey }]);
    expect(parseKeyManifest(await signKeyManifest(after, await signerOf(rootSkey))).ok).toBe(true);
  });

  it('takes a revoked key its later sizes, and says that it is revoked', async () => {
    const manifest = await opened(1);
    const vkey = currentKey(manifest, 'checkpoint')?.vkey ?? '';
    const revoked = withRevokedKey(manifest, { vkey, after: 45 });
    if (revoked === null) throw new Error('not revoked');
    expect(checkpointKeysAt(revoked, 45)).toMatchObject([{ vkey, to: 46, revoked: true }]);
    expect(checkpointKeysAt(revoked, 46)).toEqual([]);
    expect(currentKey(revoked, 'checkpoint')).toBeNull();
    expect(withRevokedKey(revoked, { vkey, after: 50 })).toBeNull();
    expect(withRevokedKey(revoked, { vkey, after: 44 })?.serial).toBe(4);
  });

  it('never gives a key back sizes that it had lost, and revokes none that the log does not have', async () => {
    const manifest = await opened(1);
    const first = manifest.keys[0]?.vkey ?? '';
    expect(withRevokedKey(manifest, { vkey: first, after: 99 })?.keys[0]).toMatchObject({
      to: 40,
      revoked: true,
    });
    const second = currentKey(manifest, 'checkpoint')?.vkey ?? '';
    expect(withRevokedKey(manifest, { vkey: second, after: 39 })).toBeNull();
    expect(withRevokedKey(manifest, { vkey: (await generateNoteKey(origin)).vkey, after: 3 })).toBeNull();
  });
});
