import { expect, test } from 'vitest';
import { fileChanges } from './files.ts';

test('files that came, went and changed are told by name; those that are alike are not', () => {
  const before = [
    { file: 'b.cedar', text: 'b' },
    { file: 'a.cedar', text: 'a' },
    { file: 'same.cedar', text: '' },
  ];
  const after = [
    { file: 'same.cedar', text: '' },
    { file: 'c.cedar', text: '' },
    { file: 'b.cedar', text: 'B' },
  ];
  expect(fileChanges(before, after)).toEqual([
    { file: 'a.cedar', change: 'removed', before: 'a', after: '' },
    { file: 'b.cedar', change: 'changed', before: 'b', after: 'B' },
    { file: 'c.cedar', change: 'added', before: '', after: '' },
  ]);
});
