// Old entries leave the database for a folder: what is left and what was moved both verify, and nothing is lost in between.
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dataPaths } from '../store/paths.ts';
import { archive, one, read, verified, verify, type Report } from './testing-commands.ts';
import { type ArchiveLog, createArchiveLog, publish, publishedLog, recordCalls } from './testing-log.ts';

describe('a log of which 512 entries were archived', () => {
  let log: ArchiveLog;
  let whole: Report;
  let done: Awaited<ReturnType<typeof archive>>;
  beforeAll(async () => {
    log = await publishedLog();
    whole = (await verified(log)).report;
    done = await archive(log, '--before', '600');
  });
  afterAll(() => log.remove());

  it('was told so', () => {
    expect([done.code, done.err]).toEqual([0, expect.stringContaining('held by file `anchors`')]);
    expect(JSON.parse(done.out)).toMatchObject({ from: 0, to: 512, finished: false });
  });

  it('has neither them, nor their values, nor their calls any more', () => {
    expect(one(log, 'SELECT min(idx) FROM entries')).toBe(512);
    expect(one(log, 'SELECT min(idx) FROM payloads')).toBe(512);
    expect(one(log, 'SELECT count(*) FROM entry_kinds WHERE idx < 512')).toBe(0);
    expect(one(log, 'SELECT min(first_index) >= 512 FROM calls')).toBe(1);
    expect(one(log, 'SELECT count(*) FROM archived_values')).toBeGreaterThan(400);
    expect(one(log, 'SELECT count(*) FROM tiles WHERE idx = 0')).toBe(1);
  });

  it('verifies with the archive as it did before', async () => {
    const { code, report } = await verified(log, '--archive', log.target);
    expect([code, report.firstFailure]).toEqual([0, null]);
    expect(report.size).toBeGreaterThan(whole.size);
    expect(report.read).toEqual({ from: 0, to: report.size });
    expect(report.archived).toMatchObject([{ from: 0, to: 512, isRead: true }]);
    expect(report.details['disclosed']).toBeGreaterThan(whole.details['disclosed'] ?? 0);
  });

  it('verifies without it, and says what was not read', async () => {
    const { code, report } = await verified(log);
    expect([code, report.firstFailure, report.read.from]).toEqual([0, null, 512]);
    expect(report.archived).toMatchObject([{ from: 0, to: 512, isRead: false }]);
    expect(report.notProven[0]).toMatch(/entries 0 to 511 were archived \(`log.pruned` at entry \d+\)/);
  });

  it('has an archive that verifies by itself', async () => {
    const { code, report } = await verified(log, log.target);
    expect([code, report.firstFailure, report.read]).toEqual([0, null, { from: 0, to: 512 }]);
    expect(report.notProven).toContainEqual(expect.stringContaining('entries from 512 on are not in this'));
    expect(report.details['withheld']).toBe(0);
  });

  it('is sound, goes on, and is rebuilt as it is', async () => {
    const sound = async () => {
      const { code, out } = await log.cli('log', 'fsck', '--json');
      const { checks } = JSON.parse(out) as { checks: { name: string; named: { message: string }[] }[] };
      return [
        code,
        ...checks.flatMap(({ name, named }) => named.map(({ message }) => `${name}: ${message}`)),
      ];
    };
    expect(await sound()).toEqual([0]);
    await log.write(async (store) => {
      await recordCalls(store, 3);
      expect((await store.readers.calls.page({}, { limit: 200 })).calls.length).toBeGreaterThan(100);
    });
    expect(await sound()).toEqual([0]);
    const before = read(log, 'SELECT * FROM calls ORDER BY seq');
    expect((await log.cli('log', 'rebuild')).code).toBe(0);
    expect(read(log, 'SELECT * FROM calls ORDER BY seq')).toEqual(before);
    expect(await sound()).toEqual([0]);
  });

  it('still proves that archived entries are in it', async () => {
    const { code, out } = await log.cli('log', 'proof', '7', '--json');
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ index: 7 })]);
  });

  it('is found to lack what was taken away besides', async () => {
    const db = new Database(dataPaths(log.dataDir).database);
    const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'entries_no_delete'").get() as {
      sql: string;
    };
    db.exec('BEGIN; DROP TRIGGER entries_no_delete; DELETE FROM entries WHERE idx < 600');
    db.exec(`${sql}; COMMIT`);
    db.close();
    const { code, report } = await verified(log);
    expect([code, report.firstFailure]).toMatchObject([1, { code: 'entry_missing', index: 512 }]);
    const fsck = await log.cli('log', 'fsck', '--json');
    expect([fsck.code, fsck.out]).toEqual([1, expect.stringContaining('entries 512 to 599 are missing')]);
  });
});

describe('an archive that was changed', () => {
  let log: ArchiveLog;
  let copy: string;
  beforeAll(async () => {
    log = await publishedLog();
    await archive(log, '--before', '512');
    copy = `${log.target}-copy`;
  });
  afterAll(() => log.remove());
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  it.each([
    ['an entry', 'tile/entries/001', /entry 256 was changed|entry 256: /],
    ['a tile', 'tile/0/001', /tiles of the archive were changed/],
    ['sealed values', 'values/001', /was changed: it is not what was stored of entries 256 to 511/],
    ['its checkpoint', 'checkpoint', /checkpoint` was changed/],
    ['its description', 'archive.json', /was changed|not what describes an archive/],
  ])('is found out: %s', async (_what, file, expected) => {
    cpSync(log.target, copy, { recursive: true });
    const path = join(copy, file);
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    rmSync(path);
    writeFileSync(path, bytes);
    for (const args of [[copy], ['--archive', copy]]) {
      const { code, report, err } = await verify(log, ...args);
      expect([code, `${report?.firstFailure?.message ?? ''}${err}`]).toEqual([
        1,
        expect.stringMatching(expected),
      ]);
    }
  });

  it('is found out: a file that is gone', async () => {
    cpSync(log.target, copy, { recursive: true });
    rmSync(join(copy, 'tile/entries/000'));
    expect(await verify(log, copy)).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read') as string,
    });
  });

  it('is not taken for the one that the log names', async () => {
    const other = await publishedLog();
    expect((await archive(other, '--before', '256')).code).toBe(0);
    const { code, err } = await verify(log, '--archive', other.target);
    expect([code, err]).toEqual([2, expect.stringContaining('name the archive between')]);
    other.remove();
  });
});

describe('the ceremony, interrupted', () => {
  it('is finished by asking again, wherever it ended', async () => {
    const log = await publishedLog();
    const { archiveWith } = await import('./testing-interrupted.ts');
    for (const step of ['copied', 'verified'] as const) {
      await expect(archiveWith(log, 512, step)).rejects.toThrow(`ended after ${step}`);
      expect(await verify(log)).toMatchObject({ code: 0, report: { read: { from: 0 }, archived: [] } });
    }
    await expect(archiveWith(log, 512, 'recorded')).rejects.toThrow('ended after recorded');
    expect(await verify(log)).toMatchObject({ code: 0, report: { read: { from: 0 } } });
    await log.write((store) => recordCalls(store, 2));

    const doctor = await log.cli('doctor', '--data', log.dataDir);
    expect(doctor.out).toContain('entries before 512 were archived and are not all deleted');
    const elsewhere = await log.cli('log', 'archive', '--to', `${log.target}-2`, '--yes');
    expect([elsewhere.code, elsewhere.err]).toEqual([1, expect.stringContaining('cannot be read')]);
    const { code, out } = await archive(log);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      expect.objectContaining({ from: 0, to: 512, finished: true }),
    ]);
    expect(one(log, 'SELECT min(idx) FROM entries')).toBe(512);
    expect(await verify(log, '--archive', log.target)).toMatchObject({ code: 0 });
    log.remove();
  });

  it('is finished after a batch of its deletions', async () => {
    const log = await publishedLog();
    const { archiveWith } = await import('./testing-interrupted.ts');
    await expect(archiveWith(log, 768, 'dropped', 256)).rejects.toThrow('ended after dropped');
    expect(one(log, 'SELECT min(idx) FROM entries')).toBe(256);
    await log.write((store) => recordCalls(store, 2));
    expect(await verify(log)).toMatchObject({ code: 0, report: { read: { from: 256 } } });
    expect(await verify(log, '--archive', log.target)).toMatchObject({ code: 0 });
    expect((await archive(log)).code).toBe(0);
    expect(one(log, 'SELECT min(idx) FROM entries')).toBe(768);
    expect((await log.cli('log', 'fsck')).code).toBe(0);
    log.remove();
  });
});

describe('archiving again', () => {
  it('goes on where the first archive ends, and the log goes on to name both', async () => {
    const log = await publishedLog();
    expect((await archive(log, '--before', '256')).code).toBe(0);
    await log.write(async (store) => {
      await recordCalls(store, 200);
      await publish(store);
    });
    const second = `${log.target}-2`;
    const again = await log.cli('log', 'archive', '--to', second, '--before', '1700', '--yes');
    expect([again.code, again.err]).toEqual([0, expect.any(String)]);
    const rest = await verified(log);
    expect(rest).toMatchObject({ code: 0, report: { read: { from: 1536 }, firstFailure: null } });
    expect(rest.report.archived).toMatchObject([
      { from: 0, to: 256, isRead: false },
      { from: 256, to: 1536, isRead: false },
    ]);
    expect(await verify(log, second)).toMatchObject({ code: 0, report: { read: { from: 256, to: 1536 } } });
    const all = await verify(log, '--archive', second, '--archive', log.target);
    expect(all).toMatchObject({ code: 0, report: { read: { from: 0 }, firstFailure: null } });
    expect(await verify(log, '--archive', second)).toMatchObject({
      code: 0,
      report: { read: { from: 256 } },
    });
    expect((await verify(log, '--archive', log.target)).err).toContain('name the archive between');
    log.remove();
  });
});

it('takes calls out of what finds them, in whole segments and in parts of one', async () => {
  const log = await createArchiveLog();
  await log.write(async (store) => {
    await recordCalls(store, 2600);
    await publish(store);
  });
  expect(one(log, 'SELECT count(*) FROM call_index')).toBeGreaterThan(0);
  expect((await archive(log, '--before', '6200')).code).toBe(0);
  expect(one(log, 'SELECT first_call FROM log_head')).toBe(3072);
  expect((await log.cli('log', 'fsck')).out).toContain('is sound');
  await log.write(async (store) => {
    const found = (query: object) => store.readers.calls.page(query, { limit: 200 });
    expect((await found({ agent: 'invoice', text: 'payments' })).calls).toHaveLength(200);
    expect((await found({ agent: 'nobody' })).calls).toEqual([]);
    await recordCalls(store, 2600);
    await publish(store);
  });
  expect((await log.cli('log', 'fsck')).out).toContain('is sound');
  const second = ['--to', `${log.target}-2`, '--before', '20800', '--yes'];
  expect((await log.cli('log', 'archive', ...second)).code).toBe(0);
  expect(one(log, 'SELECT min(seq) = (SELECT first_call FROM log_head) FROM calls')).not.toBe(0);
  expect((await log.cli('log', 'fsck')).out).toContain('is sound');
  log.remove();
}, 120_000);

it('leaves an unfinished copy in place of which a whole one is made', async () => {
  const log = await publishedLog();
  const { archiveWith } = await import('./testing-interrupted.ts');
  await expect(archiveWith(log, 256, 'copied')).rejects.toThrow('ended after copied');
  rmSync(join(log.target, 'archive.json'));
  appendFileSync(join(log.target, 'payload-store.json.new'), 'torn');
  expect((await archive(log, '--before', '256')).code).toBe(0);
  expect(await verify(log, log.target)).toMatchObject({ code: 0 });
  log.remove();
});
