import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Detail, type EntryDraft, type Id, newId } from '@countersign/audit';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataPaths } from '../paths.ts';
import { createTestFolder } from '../sqlite/testing/folder.ts';
import { approvalRow, completed, decided, newCall, nodeStopped, reviewed } from '../testing-drafts.ts';
import { createEntryRange } from '../sqlite/entries/entries.ts';
import { createTestDatabase, type TestDatabase } from '../sqlite/testing/database.ts';
import { createWriter, type Writer } from '../sqlite/writer/writer.ts';
import { cellBinding, entryBinding } from './binding.ts';
import { seal, secretKey, unseal } from './cipher.ts';
import { frameDetails, readFrame } from './framing.ts';
import { payloadKeyOf, readPayloadKey } from './payload-key.ts';
import { defaultPlace, keepPlace, placeOf } from './place.ts';
import { createPayloads } from './payloads.ts';
import { openTestVault } from './testing-payloads.ts';
import { openVault } from './vault.ts';

const detail = fc.record({
  name: fc.string({ unit: 'grapheme', maxLength: 40 }),
  salt: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  value: fc.uint8Array({ maxLength: 300 }),
});
const plain = (details: readonly Detail[] | null) =>
  details?.map(({ name, salt, value }) => [name, [...salt], [...value]]);
const KEY = secretKey(new Uint8Array(32).fill(7));
const boundTo = entryBinding('test.example/log');

describe('the values of an entry', () => {
  test('come back as they were sealed, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(detail, { maxLength: 12 }), fc.nat(), (details, index) => {
        const sealed = seal(KEY, boundTo(index), frameDetails(details));
        const opened = unseal(KEY, boundTo(index), sealed);
        expect(plain(opened === null ? null : readFrame(opened))).toEqual(plain(details));
      }),
    );
  });

  test('are refused with any one bit changed, at any other place, and with any other key', () => {
    fc.assert(
      fc.property(
        fc.array(detail, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.nat(),
        (details, at, index) => {
          const sealed = seal(KEY, boundTo(index), frameDetails(details));
          const flipped = Uint8Array.from(sealed);
          const byte = (at >> 3) % flipped.length;
          flipped[byte] = (flipped[byte] ?? 0) ^ (1 << (at & 7));
          expect(unseal(KEY, boundTo(index), flipped)).toBeNull();
          expect(unseal(KEY, boundTo(index + 1), sealed)).toBeNull();
          expect(unseal(KEY, entryBinding('another.example/log')(index), sealed)).toBeNull();
          expect(unseal(secretKey(new Uint8Array(32)), boundTo(index), sealed)).toBeNull();
          expect(unseal(KEY, boundTo(index), sealed.subarray(0, sealed.length - 1))).toBeNull();
        },
      ),
    );
  });

  test('are read from nothing but whole frames', () => {
    fc.assert(
      fc.property(fc.array(detail, { minLength: 1, maxLength: 3 }), fc.nat(), (details, cut) => {
        const frame = frameDetails(details);
        const short = frame.subarray(0, cut % frame.length);
        const read = readFrame(short);
        // A frame that ends where a detail ends is a frame of fewer details.
        const whole = details.slice(0, read?.length ?? 0);
        expect(plain(read) ?? []).toEqual(plain(whole));
        expect(plain(read)).not.toEqual(plain(details));
      }),
    );
    expect(readFrame(Uint8Array.of(2))).toBeNull();
  });

  test('of a row and column belong to no other', () => {
    expect(Buffer.from(cellBinding('a', 'bc', 'd'))).not.toEqual(Buffer.from(cellBinding('ab', 'c', 'd')));
  });
});

describe('stored entries', () => {
  let db: TestDatabase;
  let writer: Writer;
  const fiona = newCall();
  const commit = (entries: readonly EntryDraft[], time: number) => {
    const request = { entries };
    const { outcomes, failure } = writer.apply([{ id: 1, time, bytes: 1, request }]);
    expect([failure, outcomes]).toMatchObject([null, [{ result: { ok: true } }]]);
  };
  const DAY_US = 86_400_000_000;
  beforeEach(() => {
    db = createTestDatabase();
    writer = createWriter(db.db, db.options);
    const marcos = newCall();
    commit([decided(fiona), decided(marcos, {}, { subject: JSON.stringify({ subject: 'marco' }) })], DAY_US);
    commit([completed(fiona, 1), nodeStopped()], DAY_US + 5);
    commit([completed(marcos, 2)], 2 * DAY_US);
  });
  afterEach(() => db.remove());
  const keys = () => db.db.prepare<[], number>('SELECT key FROM payloads ORDER BY idx').pluck().all();
  const stored = () => [...createEntryRange(db.db)(0, 100)];

  test('hold no value, no salt and no name in the clear', () => {
    const sealed = db.db.prepare<[], Buffer>('SELECT sealed FROM payloads').pluck().all();
    const clear = stored().flatMap(({ details }) => details.flatMap(({ salt, value }) => [salt, value]));
    expect(clear.length).toBeGreaterThan(10);
    for (const blob of sealed) {
      expect(blob.includes('subject')).toBe(false);
      for (const bytes of clear) expect(blob.indexOf(Buffer.from(bytes))).toBe(-1);
    }
  });

  test('are sealed for the person of the call and the day, outcomes included', () => {
    const [, fionaDecided, marcoDecided, fionaCompleted, marcoLater] = keys();
    expect(fionaCompleted).toBe(fionaDecided);
    expect(marcoDecided).not.toBe(fionaDecided);
    expect(marcoLater).not.toBe(marcoDecided);
    expect(new Set(keys()).size).toBe(4);
  });

  test('name the holder of a call from an earlier run by its first entry', () => {
    const task = {
      kind: 'task.settled',
      ...fiona,
      body: { state: 'completed', decided: 1 },
      details: { result: 'x' },
    } as const;
    commit([task], 2 * DAY_US);
    const vault = openTestVault(dirname(db.path));
    writer = createWriter(db.db, { ...db.options, ...createPayloads(db.db, vault, db.options.origin) });
    commit([task], 2 * DAY_US);
    vault.close();
    expect(keys().at(-1)).toBe(keys().at(-2));
    expect(new Set(keys()).size).toBe(5);
  });

  test('of a review are sealed for the reviewer', () => {
    commit([reviewed(fiona, newId('apr'), 'approve')], DAY_US + 9);
    expect(keys().slice(0, -1)).not.toContain(keys().at(-1));
  });

  test('of an approval are sealed for whoever took it back, and for the subject of the call where nobody did', () => {
    const approval = newId('apr');
    const closed = (user: Id<'usr'> | null, actor?: string): EntryDraft => ({
      kind: 'approval.closed',
      ...fiona,
      body: { approval, state: 'withdrawn', previous: 'approved', user },
      details: { reason: 'sold', actor },
    });
    commit([reviewed(fiona, approval, 'approve')], DAY_US + 9);
    commit([closed(null)], DAY_US + 9);
    const ofCall = keys().at(-1);
    commit([closed(newId('usr'), JSON.stringify({ name: 'omar', via: 'api' }))], DAY_US + 9);
    const ofOmar = keys().at(-1);
    expect(ofOmar).not.toBe(ofCall);
    commit([closed(null, JSON.stringify({ name: 'omar', via: 'api' }))], DAY_US + 9);
    expect(keys().at(-1)).toBe(ofOmar);
  });

  test('that were moved or changed are damaged; without the keys all is withheld; with a key destroyed it is erased', () => {
    const [, key] = keys();
    db.db.exec('UPDATE payloads SET sealed = (SELECT sealed FROM payloads WHERE idx = 2) WHERE idx = 1');
    const third = db.db.prepare<[], Buffer>('SELECT sealed FROM payloads WHERE idx = 3').pluck().get();
    third?.writeUInt8((third[30] ?? 0) ^ 1, 30);
    db.db.prepare('UPDATE payloads SET sealed = ? WHERE idx = 3').run(third);
    expect(stored().map(({ damaged = false }) => damaged)).toEqual([false, true, false, true, false, false]);
    db.options.payloads.destroy([key ?? 0]);
    const other = new Database(db.path, { readonly: true });
    expect([...createEntryRange(other)(1, 2)]).toMatchObject([{ details: [] }]);
    other.close();
    rmSync(join(dirname(db.path), 'payload-keys.db'));
    const blind = new Database(db.path, { readonly: true });
    expect([...createEntryRange(blind)(2, 3)]).toMatchObject([{ details: [], withheld: true }]);
    blind.close();
  });
});

describe('cells of state tables', () => {
  test('are sealed in their row and column, and come back', async () => {
    const folder = await createTestFolder();
    const store = await folder.open();
    const ids = newCall();
    const approval = newId('apr');
    const shown = JSON.stringify({ sentence: 'swordfish', params: '' });
    await store.commit({
      entries: [],
      changes: [{ insert: 'approvals', row: approvalRow(ids, approval, { shown }) }],
    });
    expect(await store.readers.approvals.get(approval)).toMatchObject({ shown: { sentence: 'swordfish' } });
    const database = dataPaths(folder.dataDir).database;
    const db = new Database(database);
    const cell = db.prepare<[], Buffer>('SELECT shown FROM approvals').pluck().get();
    expect(cell?.includes('swordfish')).toBe(false);
    db.prepare('UPDATE approvals SET id = ?').run('apr_other');
    db.close();
    await expect(store.readers.approvals.get('apr_other')).rejects.toThrow(/was changed/);
    await store.close();
    folder.remove();
  });
});

describe('the key store', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'countersign-vault-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const payloadKey = payloadKeyOf(new Uint8Array(32).fill(1));

  test('keeps what was flushed, and nothing of a batch that was not written', () => {
    const path = join(dir, 'keys.db');
    const vault = openVault(path, payloadKey);
    const holder = vault.holder('subject fiona');
    const kept = vault.make(holder, 3).row.id;
    vault.flush();
    vault.make(vault.holder('subject marco'), 3);
    vault.rollback();
    vault.close();
    const again = openVault(path, payloadKey);
    expect(again.inUse(again.holder('subject fiona'), 3)?.id).toBe(kept);
    expect(again.inUse(again.holder('subject marco'), 3)).toBeNull();
    again.retire([kept]);
    again.flush();
    expect([again.inUse(holder, 3), again.byId(kept)?.id]).toEqual([null, kept]);
    again.destroy([kept]);
    expect(again.byId(kept)).toBeNull();
    again.close();
  });

  test('is refused with another payload key', () => {
    openVault(join(dir, 'keys.db'), payloadKey).close();
    expect(() => openVault(join(dir, 'keys.db'), payloadKeyOf(new Uint8Array(32)))).toThrow(
      expect.objectContaining({ code: 'payload_key' }),
    );
  });

  test('names people by what tells nobody who they are', () => {
    const vault = openVault(join(dir, 'keys.db'), payloadKey);
    const other = openVault(join(dir, 'other.db'), payloadKey);
    expect(Buffer.from(vault.holder('subject fiona'))).not.toEqual(
      Buffer.from(other.holder('subject fiona')),
    );
    vault.close();
    other.close();
  });

  test('takes a payload key only whole, and only from a file that nobody else can read', () => {
    const file = join(dir, 'key');
    expect(readPayloadKey({ file })).toMatchObject({ problem: expect.stringContaining('is not there') });
    writeFileSync(file, 'c2hvcnQ', { mode: 0o600 });
    expect(readPayloadKey({ file })).toMatchObject({ problem: expect.stringContaining('32 bytes') });
    writeFileSync(join(dir, 'open'), Buffer.alloc(32, 1).toString('base64url'), { mode: 0o644 });
    expect(readPayloadKey({ file: join(dir, 'open') })).toMatchObject({
      problem: expect.stringContaining('read by others'),
    });
    expect(readPayloadKey({ env: 'COUNTERSIGN_NOT_SET' })).toMatchObject({
      problem: expect.stringContaining('is not set'),
    });
  });

  test('is found where the gateway said, by whoever has the folder or a copy of it', () => {
    expect(placeOf(dir)).toEqual(defaultPlace(dir));
    const elsewhere = { keys: '/elsewhere/keys.db', payloadKey: { env: 'KEY' } };
    keepPlace(dir, elsewhere);
    expect(placeOf(dir)).toEqual(elsewhere);
    keepPlace(dir, defaultPlace(dir));
    expect(placeOf(dir)).toEqual(defaultPlace(dir));
  });
});
