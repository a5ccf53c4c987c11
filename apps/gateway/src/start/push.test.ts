import { expect, test } from 'vitest';
import { pushSettings } from './push.ts';

const push = { hosts: [], ports: [443], perAgent: 100, attempts: 5, timeoutSeconds: 10 };

test('an operator is told that rules for push addresses are off, and nothing where they are not', () => {
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  expect(pushSettings({ push: { ...push, development: false } }, tell).development).toBe(false);
  expect(told).toEqual([]);
  expect(pushSettings({ push: { ...push, development: true } }, tell).development).toBe(true);
  expect(told).toEqual([expect.stringContaining('`push.development` is on')]);
});
