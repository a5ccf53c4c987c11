import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, newId } from '@countersign/audit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStore } from '../store/sqlite/requests/client.ts';
import type { Store } from '../store/store.ts';
import { type Sinks, startSinks } from './sinks.ts';
import type { Delivery, SinkConfig } from './types.ts';

const SOON = { timeout: 10_000, interval: 5 };
const ORIGIN = 'test.example/log';

let folder: string;
let store: Store;
let clock: number;
let key: string;

async function open(): Promise<Store> {
  return openStore({
    dataDir: folder,
    origin: ORIGIN,
    node: newId('node'),
    checkpointKey: key,
    now: Date.now,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-sinks-'));
  key = (await generateNoteKey(ORIGIN)).skey;
  clock = 1_000_000;
  store = await open();
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function config(more: Partial<SinkConfig> = {}): SinkConfig {
  const common = { name: 'one', entries: { kinds: null, decisions: null }, details: [], from: 'beginning' };
  return { ...common, kind: 'file-jsonl', path: 'unused', ...more } as SinkConfig;
}

function start(deliver: Delivery['send'], configs: readonly SinkConfig[] = [config()]): Promise<Sinks> {
  return startSinks(configs, {
    store,
    origin: ORIGIN,
    version: '1.2.3',
    now: () => clock,
    tell: () => {},
    deliver: () => ({ send: deliver, close: async () => {} }),
  });
}

async function record(count: number, detail = 'v'): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const result = await store.commit({
      entries: [
        {
          kind: 'node.started',
          call: null,
          agent: null,
          chain: null,
          body: {},
          details: { version: detail, config: '{}' },
        },
      ],
    });
    if (!result.ok) throw new Error(result.code);
  }
}

test('a receiver that was away goes on from its durable position, across a restart', async () => {
  const taken: number[] = [];
  const first = await start(async (entries) => void taken.push(...entries.map(({ index }) => index)));
  await record(5);
  await vi.waitUntil(() => taken.length === 6, SOON);
  await first.close();
  await record(3);
  await store.close();
  store = await open();
  const second = await start(async (entries) => void taken.push(...entries.map(({ index }) => index)));
  await vi.waitUntil(() => taken.length === 9, SOON);
  await second.close();
  expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('nothing is skipped while a receiver refuses, and the operator is told after a minute', async () => {
  const taken: number[] = [];
  let refuses = true;
  const sinks = await start(async (entries) => {
    if (refuses) throw new Error('it is closed');
    taken.push(...entries.map(({ index }) => index));
  });
  await record(3);
  await vi.waitUntil(() => sinks.statuses()[0]?.state === 'failing', SOON);
  expect(sinks.statuses()[0]).toMatchObject({ next: 0, lag: 4, error: 'it is closed' });
  expect(sinks.concerns()).toEqual([]);
  clock += 61_000;
  expect(sinks.concerns()).toEqual(['sink `one` is 4 entries behind: it is closed']);
  refuses = false;
  await vi.waitUntil(() => taken.length === 4, SOON);
  expect(sinks.concerns()).toEqual([]);
  await sinks.close();
  expect(taken).toEqual([0, 1, 2, 3]);
});

test('a long backlog is sent in batches of bounded size, in order', async () => {
  await record(450, 'x'.repeat(1000));
  const batches: number[][] = [];
  const sinks = await start(async (entries) => void batches.push(entries.map(({ index }) => index)));
  await vi.waitUntil(() => batches.flat().length === 451, SOON);
  await sinks.close();
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(200);
  expect(batches.flat()).toEqual(Array.from({ length: 451 }, (_, index) => index));
});

test('details are withheld unless they are named', async () => {
  const shown: string[][] = [];
  const send: Delivery['send'] = async (entries) => {
    shown.push(...entries.map(({ disclosed }) => disclosed.map(({ name }) => name)));
  };
  const sinks = await start(send, [config({ details: ['version'] })]);
  await record(1);
  await vi.waitUntil(() => shown.length === 2, SOON);
  await sinks.close();
  expect(shown).toEqual([[], ['version']]);
});

test('a sink that begins now is not sent what was before, also after it was down when it should have begun', async () => {
  await record(3);
  const taken: number[] = [];
  const refusing = await start(() => Promise.reject(new Error('no')), [config({ from: 'now' })]);
  await record(2);
  await vi.waitUntil(() => refusing.statuses()[0]?.state === 'failing', SOON);
  await refusing.close();
  const sinks = await start(
    async (entries) => void taken.push(...entries.map(({ index }) => index)),
    [config({ from: 'now' })],
  );
  await vi.waitUntil(() => taken.length === 2, SOON);
  await sinks.close();
  expect(taken).toEqual([4, 5]);
});

test('a stop does not wait for a receiver that hangs', async () => {
  const sinks = await start(
    (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      }),
  );
  await vi.waitUntil(() => sinks.statuses()[0]?.state === 'sending', SOON);
  await sinks.close();
  expect(sinks.statuses()[0]).toMatchObject({ state: 'stopped', next: 0 });
});
