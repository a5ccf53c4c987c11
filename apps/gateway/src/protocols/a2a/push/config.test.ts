import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../dialects/dialects.ts';
import { readPush } from './config.ts';

const V1 = DIALECTS['a2a-1.0'];
const V0_3 = DIALECTS['a2a-0.3'];
const URL = 'https://hooks.example.com/';
const message = { taskId: 'mine' };

describe('an address that stands where only readers of another version look is refused', () => {
  test.each([
    ['a2a:message/send', V1, { message, configuration: { pushNotificationConfig: { url: URL } } }],
    ['a2a:message/send', V1, { message, pushNotificationConfig: { url: URL } }],
    ['a2a:message/stream', V0_3, { message, configuration: { taskPushNotificationConfig: { url: URL } } }],
    ['a2a:push/set', V1, { taskId: 'mine', url: URL, pushNotificationConfig: { url: `${URL}other` } }],
    [
      'a2a:push/set',
      V0_3,
      {
        taskId: 'mine',
        pushNotificationConfig: { url: URL },
        configuration: { pushNotificationConfig: { url: `${URL}other` } },
      },
    ],
  ] as const)('%s %#', (operation, dialect, params) => {
    const read = readPush(operation, params, dialect);
    expect(read.ok ? read.value : read.error).toMatch(/must be absent/);
  });
});

test('a config that comes with a message names no other task', () => {
  const of = (taskId: unknown) =>
    readPush(
      'a2a:message/send',
      { message, configuration: { taskPushNotificationConfig: { url: URL, taskId } } },
      V1,
    );
  expect(of('mine')).toMatchObject({ ok: true });
  expect(of('')).toMatchObject({ ok: true });
  expect(of(undefined)).toMatchObject({ ok: true });
  for (const other of ['theirs', 7, {}]) {
    expect(of(other)).toMatchObject({ ok: false, error: expect.stringMatching(/taskId` must be absent/) });
  }
});

test('a host with a dot at its end, which policies would take for another, is refused', () => {
  const read = readPush('a2a:push/set', { taskId: 'mine', url: 'https://hooks.example.com./' }, V1);
  expect(read).toMatchObject({ ok: false, error: expect.stringMatching(/without a dot at the end/) });
});
