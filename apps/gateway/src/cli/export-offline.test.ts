import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordCall, recordOutcome } from '../admin/testing/recorded-calls.ts';
import { openErasureList } from '../privacy/erasure-list.ts';
import { createEraser } from '../privacy/eraser.ts';
import { select } from '../privacy/selection.ts';
import { openNodeKeys } from '../start/keys.ts';
import { logOrigin } from '../start/origin.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import type { Store } from '../store/store.ts';
import { runCommand } from './testing/command-line.ts';

const SECRET = 'the garden gate squeaks at midnight';
const CARD = '4111-1111-1111-1111';

let parent: string;
let dataDir: string;
let origin: string;
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'countersign-offline-'));
  dataDir = join(parent, 'data');
  mkdirSync(dataDir);
  origin = await logOrigin(dataDir, null);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function withStore(work: (store: Store) => Promise<unknown>): Promise<void> {
  const keys = await openNodeKeys(dataDir, origin);
  const store = await openStore({
    dataDir,
    origin,
    node: newId('node'),
    checkpointKey: keys.checkpoint.skey,
    payload: placeOf(dataDir),
    now: Date.now,
  });
  await work(store);
  await store.close();
}

async function eraseAll(store: Store): Promise<void> {
  const { readers } = store;
  const asked = { query: 'agent:invoice', basis: 'GDPR Art. 17', fields: null, exceptHeld: false };
  const found = await select(asked, Number.MAX_SAFE_INTEGER, {
    readers,
    namesOf: () => [],
    heldBy: async () => () => null,
    now: Date.now,
  });
  if (!found.ok) throw new Error(found.error.message);
  const { targets, keys } = found.value;
  const list = openErasureList(erasuresFile(placeOf(dataDir)), origin);
  const eraser = createEraser({
    writer: store,
    readers,
    list,
    archives: (work) => work({ logs: [], unreached: [] }),
    tell: () => undefined,
  });
  const said = { basis: asked.basis, exports: '[]', actor: '{}' };
  const erasure = { ...said, change: newId('chg'), targets, keys, left: 'holder' } as const;
  list.intend(erasure);
  await store.commit(await eraser.first(erasure, []));
  await eraser.goOn();
}

const exported = (reason: string) =>
  runCommand(
    ['export', '--offline', '--format', 'jsonl', '--disclose', 'all', '--reason', reason, '--out', '-'],
    { env: { COUNTERSIGN_DATA: dataDir }, cwd: parent },
  );

test('an export without a gateway does not take away what a restored backup brought back', async () => {
  await withStore(async (store) => recordOutcome(store, await recordCall(store, { params: `"${SECRET}"` })));
  cpSync(dataDir, join(parent, 'backup'), { recursive: true });
  await withStore(eraseAll);
  // The list of erasures is kept apart from what is put back, as it is to be.
  const erasures = erasuresFile(placeOf(dataDir));
  cpSync(erasures, join(parent, 'erasures'));
  rmSync(dataDir, { recursive: true });
  cpSync(join(parent, 'backup'), dataDir, { recursive: true });
  cpSync(join(parent, 'erasures'), erasures);

  const { code, out, err } = await exported('audit');
  expect([code, out.includes('call.decided'), out.includes(SECRET)]).toEqual([0, true, false]);
  expect(err).toContain('1 erasures were undone by a restored backup: erased again');
});

test('why entries are exported without a gateway is stored without what must not be', async () => {
  await withStore(async (store) => recordOutcome(store, await recordCall(store)));
  expect((await exported(`for ${CARD}`)).code).toBe(0);
  await withStore(async (store) => {
    const reasons: string[] = [];
    for await (const { details } of store.readers.log.entries())
      for (const { name, value } of details)
        if (name === 'reason') reasons.push(Buffer.from(value).toString());
    expect(reasons).toEqual([expect.stringContaining('[redacted]')]);
  });
});

test('what cannot be read here says what it said as long as nothing was destroyed since', async () => {
  let call = '';
  await withStore(async (store) => {
    const recorded = await recordCall(store, { agent: null });
    await recordOutcome(store, recorded);
    call = recorded.call;
  });
  const { keys } = placeOf(dataDir);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${keys}${suffix}`, { force: true });
  const run = (...line: readonly string[]) =>
    runCommand(line, { env: { COUNTERSIGN_DATA: dataDir }, cwd: parent });
  expect(await run('keys', 'abandon', '--reason', 'disk died', '--yes')).toMatchObject({ code: 0 });
  const asked = ['export', '--offline', '--format', 'jsonl', '--reason', 'audit', '--call', call] as const;

  const told = await run(...asked, '--agent', 'invoice');
  expect([told.code, told.err]).toEqual([1, expect.stringContaining('fits what was asked for')]);
  expect(told.err).not.toContain('nobody can tell');

  await withStore(async (store) =>
    store.commit({
      entries: [
        {
          kind: 'log.redacted',
          call: null,
          agent: null,
          chain: null,
          body: { cause: 'retention', change: null, entries: 0, details: 0, keys: 0 },
          details: { targets: '[]', basis: 'x' },
        },
      ],
    }),
  );
  const untold = await run(...asked, '--agent', 'invoice');
  expect([untold.code, untold.err]).toEqual([
    1,
    expect.stringContaining('of 1 call nobody can tell whether it was asked for'),
  ]);
  expect(untold.err).toContain('or cannot be read here');
});
