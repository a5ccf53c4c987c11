import { expect, test } from 'vitest';
import { createAbsentValues } from './absent.ts';

test('what is redacted is taken out by range and by name, once', () => {
  const absent = createAbsentValues();
  for (const index of [3, 4, 2 ** 40]) absent.set(index, 'call.completed', ['result', 'error', 'rx']);
  absent.set(5, 'task.settled', ['result']);
  expect(absent.redact(4, 4, ['result', 'of no entry'])).toBe(1);
  expect(absent.redact(4, 4, ['result'])).toBe(0);
  expect(absent.redact(0, 10, ['rx'])).toBe(2);
  expect(absent.redact(2 ** 40, 2 ** 40, null)).toBe(3);
  expect([...absent.left()]).toEqual([
    { index: 3, names: ['result', 'error'] },
    { index: 4, names: ['error'] },
    { index: 5, names: ['result'] },
  ]);
  expect(absent.redact(0, Number.MAX_SAFE_INTEGER, null)).toBe(4);
  expect([...absent.left()]).toEqual([]);
});

test('what is said again of an entry counts, and not what was said before', () => {
  const absent = createAbsentValues();
  absent.set(1, 'call.completed', ['result', 'rx']);
  absent.set(1, 'node.started', ['config']);
  expect([...absent.left()]).toEqual([{ index: 1, names: ['config'] }]);
});
