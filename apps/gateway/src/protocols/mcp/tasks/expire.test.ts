import { type EntryHeader, newId, parseEntry } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordCall } from '../../../admin/testing/recorded-calls.ts';
import { createTestFolder, type TestFolder } from '../../../store/sqlite/testing/folder.ts';
import type { Store } from '../../../store/store.ts';
import { forgetExpired } from './expire.ts';

const NOW = 1_000_000;

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

const server = newId('srv');

async function taskOf(name: string, state: string, expiresAt: number | null): Promise<string> {
  const { call } = await recordCall(store);
  const row = {
    id: name,
    upstream_uid: server,
    upstream_task: `upstream ${name}`,
    context: '',
    call,
    chain: newId('chain'),
    agent_uid: newId('agt'),
    subject: '',
    state,
    minted: 0,
    tool: 'work',
    expires_at: expiresAt,
    created_at: 0,
    updated_at: 0,
  };
  const changes = [
    { insert: 'tasks', row },
    { insert: 'masks', row: { holder: `task ${name}`, path: 'result.email' } },
  ] as const;
  expect(await store.commit({ entries: [], changes })).toMatchObject({ ok: true });
  return call;
}

async function settled(): Promise<readonly EntryHeader[]> {
  const found: EntryHeader[] = [];
  for await (const { header } of store.readers.log.entries()) {
    const entry = parseEntry(header);
    if (entry.ok && entry.value.kind === 'task.settled') found.push(entry.value);
  }
  return found;
}

test('a task whose time is over is forgotten, and the end that was seen of it is on record', async () => {
  const ended = await taskOf('ended', 'ENDED_FAILED', NOW - 1);
  await taskOf('at work', 'TASK_STATE_WORKING', NOW - 1);
  await taskOf('settled', 'TASK_STATE_COMPLETED', NOW);
  await taskOf('young', 'ENDED_COMPLETED', NOW + 1);
  await taskOf('of an agent', 'TASK_STATE_WORKING', null);
  expect(await forgetExpired({ now: () => NOW, writer: store }, store.readers)).toBe(3);
  expect(await forgetExpired({ now: () => NOW, writer: store }, store.readers)).toBe(0);
  expect(await settled()).toMatchObject([{ call: ended, body: { state: 'failed' } }]);
  const { tasks, masks } = store.readers;
  for (const name of ['ended', 'at work', 'settled']) {
    expect(await tasks.get(name)).toBeNull();
    expect(await masks.held([`task ${name}`])).toEqual([]);
  }
  expect(await tasks.get('young')).toMatchObject({ tool: 'work', expiresAt: NOW + 1 });
  expect(await tasks.get('of an agent')).not.toBeNull();
});

test('however many they are', async () => {
  for (let at = 0; at < 101; at++) await taskOf(`t${at}`, 'TASK_STATE_WORKING', NOW);
  expect(await forgetExpired({ now: () => NOW, writer: store }, store.readers)).toBe(101);
});
