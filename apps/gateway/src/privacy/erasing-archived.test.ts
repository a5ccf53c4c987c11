// Values that lie in an archive alone, found by the call or by a query and destroyed with their keys.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRecorded } from '../archive/recorded.ts';
import { openArchive } from '../archive/read.ts';
import { archive, verify } from '../archive/testing-commands.ts';
import { type ArchiveLog, commit, createArchiveLog, publish, recordCalls } from '../archive/testing-log.ts';
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import type { Store } from '../store/store.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { type Erasure, openErasureList } from './erasure-list.ts';
import { createEraser } from './eraser.ts';
import { select, type Selection } from './selection.ts';

/** Each sets up a log, commit by commit, and archives it. */
const HOOK_MS = 60_000;

let log: ArchiveLog;
let store: Store;
/** Calls of zelda, of marco, and of zelda again, whose end is behind the archive. */
let zelda: Recorded;
let marco: Recorded;
let straddling: Recorded;
beforeEach(async () => {
  log = await createArchiveLog();
  await log.write(async (fresh) => {
    zelda = await recorded(fresh, 'zelda');
    marco = await recorded(fresh, 'marco');
    await recordCalls(fresh, 126);
    straddling = await recorded(fresh, 'zelda', async () => recordCalls(fresh, 20));
    await publish(fresh);
  });
  const { code, err } = await archive(log, '--before', '512');
  if (code !== 0) throw new Error(err);
  store = await log.open();
}, HOOK_MS);
afterEach(async () => {
  await store.close();
  log.remove();
});

interface Recorded {
  readonly call: string;
  readonly decided: number;
  readonly ended: number;
}

async function recorded(
  fresh: Store,
  subject: string,
  between = async () => {},
  more: Readonly<Record<string, string>> = {},
): Promise<Recorded> {
  const ids = newCall();
  const said = {
    subject: JSON.stringify({ subject, issuer: 'people' }),
    request: `{"said":"of ${subject}"}`,
    ...more,
  };
  const at = await commit(fresh, { entries: [decided(ids, {}, said)] });
  await between();
  const ended = await commit(fresh, { entries: [completed(ids, at)] });
  return { call: ids.call, decided: at, ended };
}

const selected = (what: Partial<Selection>, isAnyHeld = false) =>
  select({ basis: 'GDPR Art. 17', fields: null, exceptHeld: false, ...what }, Number.MAX_SAFE_INTEGER, {
    readers: store.readers,
    namesOf: () => [],
    heldBy: async () => () => null,
    isAnyHeld: async () => isAnyHeld,
    archived: () => openRecorded(store.readers),
    now: Date.now,
  });

/** As it takes effect once two people agreed. */
async function erase(what: Partial<Selection>): Promise<void> {
  const found = await selected(what);
  if (!found.ok) throw new Error(found.error.message);
  const { targets, keys } = found.value;
  const said = { basis: 'GDPR Art. 17', exports: '[]', actor: '{}', left: 'holder' } as const;
  const erasure: Erasure = { ...said, change: newId('chg'), targets, keys };
  const list = openErasureList(erasuresFile(placeOf(log.dataDir)), (await store.readers.log.head()).origin);
  const eraser = createEraser({
    writer: store,
    readers: store.readers,
    list,
    archives: (work) => usingArchivedLogs(log.dataDir, store.readers.log, work),
    tell: (message) => {
      throw new Error(message);
    },
  });
  list.intend(erasure);
  expect(await store.commit(await eraser.first(erasure, []))).toMatchObject({ ok: true });
  list.mark(erasure.change, 'begun');
  await eraser.goOn();
}

async function archivedNames(index: number): Promise<readonly string[]> {
  const opened = await openArchive(log.target);
  for await (const page of opened.entries())
    for (const stored of page) if (stored.index === index) return stored.details.map(({ name }) => name);
  return [];
}

describe('an archived call', () => {
  test('is destroyed by its id, with what its key sealed besides, and all of it still verifies', async () => {
    expect([straddling.decided < 512, straddling.ended < 512]).toEqual([true, false]);
    expect(await archivedNames(zelda.decided)).toContain('request');
    const found = await selected({ call: zelda.call });
    // Its decision and its end, and of the other call of the same person and day what is archived.
    expect(found).toMatchObject({
      ok: true,
      value: { archived: 3, alongside: 1, archivedLeft: 0, unreached: [] },
    });
    await erase({ call: zelda.call });
    for (const index of [zelda.decided, zelda.ended, straddling.decided])
      expect(await archivedNames(index)).toEqual([]);
    expect(await archivedNames(marco.decided)).toContain('request');
    const kept = await store.readers.log.entry(straddling.ended);
    expect(kept?.details.map(({ name }) => name)).toContain('result');
    expect(await selected({ call: zelda.call })).toMatchObject({ value: { archived: 0, archivedLeft: 0 } });

    const whole = await verify(log, '--archive', log.target);
    expect(whole).toMatchObject({ code: 0, report: { verdict: 'consistent', details: { erased: 0 } } });
    expect(whole.report?.details['redacted']).toBeGreaterThan(8);
    expect(await verify(log)).toMatchObject({ code: 0 });
  });

  test('is found by a query, and what of it is behind the archive goes, too', async () => {
    const found = await selected({ query: 'subject:zelda' });
    expect(found).toMatchObject({
      value: { archived: 3, alongside: 0, targets: [{ index: straddling.ended, names: ['result'] }] },
    });
    expect(await selected({ query: 'subject:nobody' })).toMatchObject({
      value: { archived: 0, targets: [] },
    });
    await erase({ query: 'subject:zelda' });
    expect(await archivedNames(straddling.decided)).toEqual([]);
    expect((await store.readers.log.entry(straddling.ended))?.details).toEqual([]);
    expect(await verify(log, '--archive', log.target)).toMatchObject({ code: 0 });
  });

  test('stays while anything is held, or where only some details were to go, and that is said', async () => {
    for (const answer of [
      await selected({ call: zelda.call }, true),
      await selected({ call: zelda.call, fields: ['request'] }),
    ])
      expect(answer).toMatchObject({ value: { archived: 0, archivedLeft: 2, targets: [], keys: [] } });
  });

  test('is not found where its archive is not at hand, or is another, and that is said', async () => {
    renameSync(log.target, `${log.target}-away`);
    expect(await selected({ call: zelda.call })).toMatchObject({
      value: { archived: 0, unreached: [{ why: expect.stringContaining('cannot be read') as string }] },
    });
    const other = await createArchiveLog();
    await other.write(async (fresh) => {
      await recordCalls(fresh, 80);
      await publish(fresh);
    });
    expect((await archive(other, '--before', '256')).code).toBe(0);
    renameSync(other.target, log.target);
    expect(await selected({ query: 'subject:zelda' })).toMatchObject({
      value: {
        unreached: [{ why: expect.stringContaining('is not the archive that was recorded') as string }],
      },
    });
    rmSync(log.target, { recursive: true });
    other.remove();
  });

  test('of which no value can be read is left where its values are needed to tell, and that is said', async () => {
    expect(await selected({ query: `-subject:marco ${LONG}` })).toMatchObject({ value: { unreached: [] } });
    const place = join(log.target, 'payload-store.json');
    const keysAt = readFileSync(place, 'utf8');
    writeFileSync(
      place,
      JSON.stringify({ keys: '/nowhere/keys.db', payloadKey: { file: '/nowhere/payload.key' } }),
    );
    for (const query of [`-subject:marco ${LONG}`, 'subject:zelda']) {
      const found = await selected({ query });
      // Nothing but what goes with the keys of calls that are in the database.
      expect(found.ok && found.value.archived - found.value.alongside).toBe(0);
      expect(found).toMatchObject({
        value: {
          untold: 0,
          unreached: [
            {
              log: log.target,
              why: expect.stringMatching(/^the values of \d+ calls in it cannot be read here/) as string,
            },
          ],
        },
      });
    }
    // Headers say it without any key.
    expect(await selected({ query: `outcome:"ok"|subject:"marco" ${LONG}` })).toMatchObject({
      value: { archived: 511, untold: 0, unreached: [] },
    });
    writeFileSync(place, keysAt);
  });

  test('whose labels were erased is taken by no query for labels, nor for calls without them', async () => {
    await store.close();
    log.remove();
    log = await createArchiveLog();
    store = await log.open();
    const labelled = await recorded(store, 'zelda', undefined, { labels: '["litigation"]' });
    await recorded(store, 'zelda');
    await erase({ call: labelled.call, fields: ['labels'] });
    await recordCalls(store, 140);
    await publish(store);
    await store.close();
    expect((await archive(log, '--before', '512')).code).toBe(0);
    store = await log.open();
    for (const query of [`-label:litigation subject:zelda ${LONG}`, 'label:litigation'])
      expect(await selected({ query })).toMatchObject({ value: { untold: 1, unreached: [] } });
    const found = await selected({ query: 'label:litigation' });
    expect(found).toMatchObject({ value: { archived: 0, targets: [], keys: [] } });
    // Where nothing is left of it, there is nothing to tell.
    await erase({ call: labelled.call });
    expect(await selected({ query: 'label:litigation' })).toMatchObject({ value: { untold: 0 } });
  });
});

/** Time narrows what is asked for, and never leaves any of these calls out: a query needs one condition more. */
const LONG = 'to:2100-01-01T00:00:00Z';
