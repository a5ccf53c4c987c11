import { expect, test } from 'vitest';
import type { Deps } from '../../pipeline/deps.ts';
import type { InboundCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { createFollowers } from './followers.ts';
import { ownAnswer } from './own-answer.ts';
import { createOwnTasks } from './own-tasks.ts';
import type { A2aReaders } from './reads.ts';

const ROW = {
  id: 'own-1',
  upstreamTask: null,
  context: 'c-1',
  call: 'call_1',
  state: 'TASK_STATE_WORKING',
  minted: true,
  approval: 'apr_1',
  parked: new Uint8Array(1),
  result: null,
} as TaskRecord;

const bytes = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"own-1"}}');
const call = {
  operation: 'a2a:task/get',
  message: { id: 1, method: 'GetTask', params: { id: 'own-1' }, paramsText: '{"id":"own-1"}' },
} as unknown as InboundCall;

/** The state that the gateway itself tells of the row. */
async function told(row: TaskRecord): Promise<unknown> {
  const readers = {
    tasks: { get: () => Promise.resolve(row) },
    calls: { get: () => Promise.resolve(null) },
  } as unknown as A2aReaders;
  const answer = await ownAnswer(
    call,
    { method: 'POST', headers: new Map(), body: bytes, signal: new AbortController().signal },
    {
      readers,
      ownTasks: createOwnTasks({ now: () => 0 } as Deps, readers),
      followers: createFollowers(),
      look: () => undefined,
      withdraw: () => Promise.resolve(null),
    },
  );
  if (answer === null) return null;
  const { result } = (await new Response(answer.value.body).json()) as {
    readonly result: { readonly status: { readonly state: string } };
  };
  return result.status.state;
}

test('a task that waits for its message to be sent is answered by the gateway', async () => {
  expect(await told(ROW)).toBe('TASK_STATE_WORKING');
});

test('what an agent came to is not told without its artifacts, by somebody who has none', async () => {
  const done = { ...ROW, upstreamTask: 'theirs', state: 'TASK_STATE_COMPLETED' };
  expect(await told(done)).toBe('TASK_STATE_WORKING');
  expect(await told({ ...done, parked: null })).toBe('TASK_STATE_WORKING');
});
