import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { operatorName } from './operator.ts';

test('an operator is named by the account', () => {
  expect(operatorName()).toBe(userInfo().username);
});

test('an account that the system has no entry of is named by its number', () => {
  const none = (): never => {
    throw new Error('uv_os_get_passwd returned ENOENT (no such file or directory)');
  };
  expect(operatorName(none)).toBe(`uid ${process.geteuid?.()}`);
});
