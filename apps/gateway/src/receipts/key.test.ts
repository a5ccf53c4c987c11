import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importNoteVerifier, openNote, signNote } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReceiptKey, type ReceiptKey } from './key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-receipt-key-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function opened(origin: string): Promise<ReceiptKey> {
  const key = await openReceiptKey(folder, origin);
  if (!key.ok) throw new Error(key.error);
  return key.value;
}

test('is made once, named after the log, and signs what its public half verifies, whatever bytes it has', async () => {
  const first = await opened('log.example');
  const again = await opened('log.example');
  expect([first.isNew, again.isNew]).toEqual([true, false]);
  expect(again.signer.vkey).toBe(first.signer.vkey);
  expect(first.signer.name).toBe('log.example/receipts');
  // A key's base64 may hold the plus sign that parts its fields.
  for (let i = 0; i < 40; i += 1) {
    const { signer } = await opened(`log${i}.example`);
    const verifier = await importNoteVerifier(signer.vkey);
    const note = await signNote('text\n', signer);
    expect(verifier.ok && (await openNote(note, [verifier.value])).ok).toBe(true);
  }
});

test('a log that goes on under a new origin has a key of its own, and the one before is kept', async () => {
  const before = await opened('log.example/one');
  const after = await opened('log.example/two');
  expect([after.isNew, after.signer.name]).toEqual([true, 'log.example/two/receipts']);
  expect(after.signer.vkey).not.toBe(before.signer.vkey);
  expect(await readdir(join(folder, 'keys'))).toHaveLength(2);
});

test('a damaged key file is refused, with what to do about it', async () => {
  await opened('log.example');
  const path = join(folder, 'keys', 'receipt.skey');
  await writeFile(path, 'PRIVATE+KEY+nonsense');
  expect(await openReceiptKey(folder, 'log.example')).toEqual({
    ok: false,
    error: `the key file \`${path}\` is damaged: put back the original`,
  });
});
