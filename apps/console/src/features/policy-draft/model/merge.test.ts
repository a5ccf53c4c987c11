import { expect, test } from 'vitest';
import type { Draft } from './draft.ts';
import { mergedWith } from './merge.ts';

const files = (of: Readonly<Record<string, string>>) =>
  Object.entries(of).map(([file, text]) => ({ file, text }));
const draftOf = (of: Readonly<Record<string, string>>): Draft => ({
  from: 1,
  base: { digest: 'old', version: 1 },
  files: files(of),
  cases: 'c',
});
const BASE = { digest: 'new', version: 2 };

test('what only one side changed, added or took out is taken from that side', () => {
  const before = files({ both: '0', mine: '0', theirs: '0', goneHere: '0', goneThere: '0' });
  const draft = draftOf({ both: '0', mine: '1', theirs: '0', goneThere: '0', added: 'a' });
  const now = files({ both: '0', mine: '0', theirs: '2', goneHere: '0', addedThere: 'b' });
  const { draft: merged, kept } = mergedWith(draft, before, now, BASE);
  expect(Object.fromEntries(merged.files.map(({ file, text }) => [file, text]))).toEqual({
    both: '0',
    mine: '1',
    theirs: '2',
    added: 'a',
    addedThere: 'b',
  });
  expect(kept).toEqual([]);
  expect(merged).toMatchObject({ base: BASE, cases: 'c', from: 1 });
});

test('where both changed a file, the draft keeps its own and says which', () => {
  const before = files({ a: '0', b: '0', c: '0', d: '0' });
  const { draft: merged, kept } = mergedWith(
    draftOf({ a: 'mine', b: 'same', d: 'mine' }),
    before,
    files({ a: 'theirs', b: 'same', c: 'theirs' }),
    BASE,
  );
  expect(merged.files).toEqual(files({ a: 'mine', b: 'same', d: 'mine' }));
  expect([...kept].sort()).toEqual(['a', 'c', 'd']);
});
