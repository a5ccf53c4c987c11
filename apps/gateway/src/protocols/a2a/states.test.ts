import { taskStateToJSON } from '@a2a-js/sdk';
import { expect, test } from 'vitest';
import { settledState, taskStateOf } from './states.ts';

test('names and numbers of states are those of the official SDK', () => {
  for (let number = 0; number <= 8; number++) {
    const name = taskStateToJSON(number);
    expect([number, taskStateOf(number), taskStateOf(name)]).toEqual([number, name, name]);
  }
});

test('what names no state is none', () => {
  for (const value of [undefined, null, 9, -1, 1.5, 'working', 'toString', {}])
    expect(taskStateOf(value)).toBeNull();
});

test('four states end a task', () => {
  const settled = ['COMPLETED', 'FAILED', 'CANCELED', 'REJECTED'].map((each) =>
    settledState(`TASK_STATE_${each}`),
  );
  expect(settled).toEqual(['completed', 'failed', 'canceled', 'rejected']);
  for (const state of ['TASK_STATE_WORKING', 'TASK_STATE_AUTH_REQUIRED', ''])
    expect(settledState(state)).toBeNull();
});
