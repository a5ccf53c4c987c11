import { beforeAll, expect, test } from 'vitest';
import { signCheckpoint } from '../checkpoint.ts';
import { generateNoteKey, importNoteSigner, type NoteSigner } from '../note-key.ts';
import { callLog, ORIGIN } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';
import type { VerifyOptions } from './types.ts';

const LOG = callLog(8);
const SIZE = LOG.entries.length;

let signer: NoteSigner;
let stranger: NoteSigner;

beforeAll(async () => {
  signer = await newSigner(ORIGIN);
  stranger = await newSigner(ORIGIN);
});

async function newSigner(name: string): Promise<NoteSigner> {
  const imported = await importNoteSigner((await generateNoteKey(name)).skey);
  if (!imported.ok) throw new Error('the new key cannot be imported');
  return imported.value;
}

async function at(size: number, by: NoteSigner = signer, root: Uint8Array = LOG.root(size)): Promise<string> {
  return signCheckpoint({ origin: by.name, size, root }, by);
}

async function verified(options: Omit<VerifyOptions, 'origin'>) {
  return verifyLog(LOG.entries, { origin: ORIGIN, vkeys: [signer.vkey], ...options });
}

test('checkpoints of every size match, and the report says what they cover', async () => {
  const sizes = Array.from({ length: SIZE + 1 }, (_, size) => size);
  const notes = await Promise.all(sizes.map(async (size) => at(size)));
  const report = await verified({ checkpoints: notes, external: [notes[5] ?? '', notes[3] ?? ''] });
  expect(report.firstFailure).toBeNull();
  expect(report.levels.checkpoints.checked).toBe(SIZE + 1);
  expect(report.covered).toEqual({ byStore: SIZE, elsewhere: 5 });
  expect(report.summary).toContain('and the first 5 with a checkpoint held elsewhere');
  expect(report.notProven[0]).toContain('entries from 5 on are newer than the checkpoint held elsewhere');
});

test('a checkpoint held elsewhere that covers all still cannot show what came after it', async () => {
  const report = await verified({ external: [await at(SIZE)] });
  expect(report.verdict).toBe('consistent');
  expect(report.notProven[0]).toBe(
    `entries after the ${SIZE} that the checkpoint held elsewhere covers may have been cut off`,
  );
  expect(report.notProven[1]).toMatch(/^unwitnessed: /);
});

test('a root that is not that of the entries is named, with the entries among which the change lies', async () => {
  const report = await verified({
    checkpoints: [await at(4), await at(9, signer, LOG.root(8)), await at(12)],
  });
  expect(report.firstFailure).toMatchObject({ level: 'checkpoints', code: 'checkpoint_root', index: null });
  expect(report.firstFailure?.message).toContain('one of the entries 4 to 8');
  expect(report.levels.checkpoints).toMatchObject({ checked: 3, failures: 1 });
  expect(report.levels.leaves.state).toBe('passed');
});

test('a checkpoint of more entries than there are names the first missing one', async () => {
  const report = await verified({ checkpoints: [await at(3), await at(SIZE + 4, signer, LOG.root())] });
  expect(report.firstFailure).toMatchObject({ code: 'tail_missing', index: SIZE });
});

test.each<[string, string, () => Promise<string>]>([
  ['by another key of the same name', 'checkpoint_signature', async () => at(5, stranger)],
  ['with a changed size', 'checkpoint_signature', async () => (await at(5)).replace('\n5\n', '\n6\n')],
  ['that is no note', 'checkpoint_malformed', async () => 'no note'],
])('a checkpoint %s is refused', async (_case, code, make) => {
  for (const level of ['checkpoints', 'external'] as const) {
    const report = await verified({ [level]: [await make()] });
    expect(report.firstFailure).toMatchObject({ level, code });
  }
});

test('a checkpoint of another log is refused, even by a known key', async () => {
  const other = await newSigner('log.example.com/audit/other');
  const report = await verified({ vkeys: [signer.vkey, other.vkey], checkpoints: [await at(5, other)] });
  expect(report.firstFailure).toMatchObject({ code: 'checkpoint_origin' });
});

test('checkpoints that go back are refused, and the others are still compared', async () => {
  const report = await verified({ checkpoints: [await at(9), await at(4), await at(12)] });
  expect(report.firstFailure).toMatchObject({ code: 'checkpoint_order' });
  expect(report.levels.checkpoints).toMatchObject({ checked: 3, failures: 1 });
  expect(report.covered.byStore).toBe(12);
});

test('without a key roots are compared, and the report says that no signature was', async () => {
  const report = await verified({ vkeys: [], checkpoints: [await at(5, stranger)] });
  expect(report).toMatchObject({ verdict: 'consistent', covered: { byStore: 5, elsewhere: 0 } });
  expect(report.notProven).toContain(
    'no checkpoint signature was checked, since no key or no checkpoint was given',
  );
});

test('a key that came from the store is said to prove nothing against whoever holds the store', async () => {
  const said = (sentences: readonly string[]) =>
    sentences.some((text) => text.includes('key came from the store'));
  expect(said((await verified({ checkpoints: [await at(5)] })).notProven)).toBe(true);
  expect(said((await verified({ checkpoints: [await at(5)], keysFrom: 'outside' })).notProven)).toBe(false);
});
