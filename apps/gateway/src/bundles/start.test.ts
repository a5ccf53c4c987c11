// An export is on record, with the digest of exactly what is handed out, before any of it is; and what cannot be recorded, or
// changes meanwhile, is not handed out.
import { createHash } from 'node:crypto';
import { type EntryDraft, newId, parseEntry, verifyBundle } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import type { LogWriter } from '../store/types.ts';
import { createExportDesk, type ExportDesk } from './desk.ts';
import type { ExportQuery, ExportReaders, ExportRequest, StartedExport } from './types.ts';

const ACTOR = { user: 'ada', uid: null, via: 'api' } as const;
const here = new AbortController().signal;

let folder: TestFolder;
let store: Store;
beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

function deskOf(
  change: { readonly writer?: LogWriter; readonly readers?: Partial<ExportReaders> } = {},
): ExportDesk {
  return createExportDesk({
    readers: { ...store.readers, ...change.readers },
    writer: change.writer ?? store,
    signNow: () => store.signNow(),
    signer: null,
    now: () => 1_790_000_000_000,
  });
}

function request(query: ExportQuery = {}, more: Partial<ExportRequest> = {}): ExportRequest {
  return { format: 'bundle', query, disclose: null, withhold: [], since: [], reason: null, ...more };
}

async function commit(...entries: readonly EntryDraft[]): Promise<readonly number[]> {
  const result = await store.commit({ entries });
  if (!result.ok) throw new Error(result.code);
  return result.receipts.map(({ index }) => index);
}

async function textOf({ pieces }: StartedExport): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const verified = async (text: string) =>
  verifyBundle([Buffer.from(text)], { vkeys: [folder.vkey], keysFrom: 'outside' });

async function aCall() {
  const ids = newCall();
  const [index = 0] = await commit(decided(ids));
  await commit(completed(ids, index));
  return { ...ids, index };
}

test('the entry that records an export has the digest of the file, its size and what was asked for', async () => {
  const { chain } = await aCall();
  const made = await deskOf().start(request({ chain }, { reason: 'a question' }), ACTOR, here);
  const recorded = await store.readers.log.entry(made.recordedAt);
  const text = await textOf(made);
  const digest = createHash('sha256').update(text).digest('hex');
  expect([made.digest, made.bytes]).toEqual([digest, Buffer.byteLength(text)]);
  const header = recorded === null ? null : parseEntry(recorded.header);
  if (header?.ok !== true || recorded === null) throw new Error('there is an entry');
  expect(header.value).toMatchObject({
    kind: 'log.exported',
    body: { export: made.id, format: 'bundle', count: 2, digest, disclosed: made.disclosed },
  });
  const details = Object.fromEntries(
    recorded.details.map(({ name, value }) => [name, Buffer.from(value).toString()]),
  );
  expect(details['reason']).toBe('a question');
  expect(JSON.parse(details['query'] ?? '')).toMatchObject({ chain });
  const index = { fromIndex: header.value.index - 2, toIndex: header.value.index };
  expect(await store.readers.exports.overlapping(0, 100)).toMatchObject([
    { id: made.id, digest, ...index, actor: 'ada' },
  ]);
  expect(await store.readers.exports.overlapping(made.recordedAt, made.recordedAt + 1)).toEqual([]);
});

test('what cannot be recorded is not handed out', async () => {
  await aCall();
  const writer: LogWriter = {
    commit: async () => ({ ok: false, code: 'log_unavailable', message: 'the disk is full' }),
  };
  await expect(deskOf({ writer }).start(request(), ACTOR, here)).rejects.toThrow(
    /nothing was handed out: the disk is full/,
  );
});

test('what changes between the record and the hand-out breaks off before its end', async () => {
  const { chain } = await aCall();
  let isErased = false;
  const log = {
    ...store.readers.log,
    entry: async (index: number) => {
      const stored = await store.readers.log.entry(index);
      // As an erasure leaves it.
      return stored === null || !isErased ? stored : { ...stored, details: [] };
    },
  };
  const made = await deskOf({ readers: { log } }).start(request({ chain }), ACTOR, here);
  isErased = true;
  let text = '';
  const read = async (): Promise<void> => {
    for await (const piece of made.pieces) text += piece;
  };
  await expect(read()).rejects.toThrow(/changed while it was written/);
  expect((await verified(text)).firstFailure?.code).toBe('bundle_truncated');
});

test('an outcome brings the decision that it follows, although only the outcome was asked for', async () => {
  const { index } = await aCall();
  const made = await deskOf().start(request({ from: index + 1, to: index + 2 }), ACTOR, here);
  const report = await verified(await textOf(made));
  expect(report).toMatchObject({ firstFailure: null, entries: { selected: 1, others: 1 } });
  expect(report.range).toEqual({ from: index + 1, to: index + 2 });
});

test('what a redaction took is called erased, and the redaction is in the bundle', async () => {
  const { chain, index } = await aCall();
  const targets = `[[${index},${index},["caller","sentence"]]]`;
  const body = { cause: 'erasure', change: null, entries: 1, details: 2, keys: 0 } as const;
  await commit({ kind: 'log.redacted', call: null, agent: null, chain: null, body, details: { targets } });
  const log = {
    ...store.readers.log,
    entry: async (at: number) => {
      const stored = await store.readers.log.entry(at);
      if (stored === null || at !== index) return stored;
      const gone = ['caller', 'sentence'];
      return { ...stored, details: stored.details.filter(({ name }) => !gone.includes(name)) };
    },
  };
  const made = await deskOf({ readers: { log } }).start(request({ chain }, { disclose: 'all' }), ACTOR, here);
  const report = await verified(await textOf(made));
  expect(report.firstFailure).toBeNull();
  expect(report.details).toMatchObject({ erased: 2, tampered: 0 });
  expect(report.notProven.join('\n')).toContain('2 details redacted');
});

test('values whose key is not at hand are withheld, not erased; changed ones are not passed on', async () => {
  const { chain, index } = await aCall();
  const logWith = (more: object) => ({
    ...store.readers.log,
    entry: async (at: number) => {
      const stored = await store.readers.log.entry(at);
      return stored === null || at !== index ? stored : { ...stored, details: [], ...more };
    },
  });
  const kept = await deskOf({ readers: { log: logWith({ withheld: true }) } }).start(
    request({ chain }),
    ACTOR,
    here,
  );
  const report = await verified(await textOf(kept));
  expect(report).toMatchObject({ firstFailure: null, details: { erased: 0 } });
  const damaged = deskOf({ readers: { log: logWith({ damaged: true }) } }).start(
    request({ chain }),
    ACTOR,
    here,
  );
  await expect(damaged).rejects.toThrow(/was changed/);
});

test.each<[string, ExportQuery, Partial<ExportRequest>, RegExp]>([
  ['a chain that nobody knows', { chain: newId('chain') }, {}, /is not known here/],
  ['a call that nobody knows', { call: newId('call') }, {}, /is not known here/],
  ['an agent that made no call', { agent: 'nobody' }, {}, /nothing in the log fits/],
  ['a range that is empty', { from: 3, to: 3 }, {}, /there are no entries/],
  ['a range beyond the end', { from: 1_000_000 }, {}, /there are no entries/],
])('%s is no export, and nothing is recorded', async (_what, query, more, message) => {
  await aCall();
  const { size } = store.health();
  await expect(deskOf().start(request(query, more), ACTOR, here)).rejects.toThrow(message);
  expect(store.health().size).toBe(size);
});

test('more than two at a time are turned away, and more than one of a person, to come back later', async () => {
  await aCall();
  const desk = deskOf();
  const started = ['ada', 'ada', 'ben', 'cleo'].map((user) =>
    desk.start(request(), { ...ACTOR, user }, here),
  );
  const ends = await Promise.allSettled(started);
  expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : end.status))).toEqual([
    'fulfilled',
    expect.stringContaining('you have an export under way'),
    'fulfilled',
    expect.stringContaining('2 exports are being made'),
  ]);
  await expect(desk.start(request(), ACTOR, here)).resolves.toMatchObject({ format: 'bundle' });
});

test.each([1, 2, 3, 5])(
  'what nobody waits for ends where it is, and is not on record: gone at reading %i',
  async (at) => {
    const { chain } = await aCall();
    const leaving = new AbortController();
    let read = 0;
    const log = {
      ...store.readers.log,
      entry: async (index: number) => {
        read += 1;
        if (read === at) leaving.abort('gone');
        return store.readers.log.entry(index);
      },
    };
    const desk = deskOf({ readers: { log } });
    await expect(desk.start(request({ chain }), ACTOR, leaving.signal)).rejects.toThrow(/nobody waits/);
    expect(read).toBe(at);
    expect(await store.readers.exports.overlapping(0, 100)).toEqual([]);
    await expect(desk.start(request({ chain }), ACTOR, here)).resolves.toMatchObject({ format: 'bundle' });
  },
);

test('a place that is given as a time is looked up where the export has its turn', async () => {
  await aCall();
  const desk = deskOf();
  const query = { from: new Date(0), to: new Date(Date.now() + 60_000) };
  const both = [1, 2].map(async () => desk.start({ ...request(), query }, ACTOR, here));
  const ends = await Promise.allSettled(both);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});
