import { expect, test } from 'vitest';
import { type Draft, kindOfImport, nameFault, renamed, withFiles, without, withText } from './draft.ts';

const draft: Draft = {
  from: 2,
  base: { digest: 'd', version: 2 },
  files: [
    { file: 'a.cedar', text: 'a' },
    { file: 'm.meters.yaml', text: 'm' },
  ],
  cases: '',
};

test('a file is changed, renamed, added and taken out, each in its place', () => {
  expect(withText(draft, 'a.cedar', 'b').files[0]).toEqual({ file: 'a.cedar', text: 'b' });
  expect(renamed(draft, 'a.cedar', 'z.cedar').files).toEqual([
    { file: 'z.cedar', text: 'a' },
    { file: 'm.meters.yaml', text: 'm' },
  ]);
  expect(without(draft, 'a.cedar').files).toEqual([{ file: 'm.meters.yaml', text: 'm' }]);
  expect(withFiles(draft, [{ file: 'b.cedar', text: 'b' }]).files.map(({ file }) => file)).toEqual([
    'a.cedar',
    'm.meters.yaml',
    'b.cedar',
  ]);
});

test('what is imported takes the place of what had its name', () => {
  expect(withFiles(draft, [{ file: 'a.cedar', text: 'new' }]).files).toEqual([
    { file: 'a.cedar', text: 'new' },
    { file: 'm.meters.yaml', text: 'm' },
  ]);
});

test.each([
  ['b.cedar', null],
  ['x/b.links.yaml', null],
  ['', 'empty'],
  ['.cedar', 'empty'],
  ['cases.yaml', 'suffix'],
  ['a.cedar', 'taken'],
  [`${'n'.repeat(251)}.cedar`, 'long'],
])('the name %j of a new file: %s', (name, fault) => {
  expect(nameFault(draft, name)).toBe(fault);
});

test('a file may keep the name that it has', () => {
  expect(nameFault(draft, 'a.cedar', 'a.cedar')).toBeNull();
});

test('a set has three kinds of files; any other YAML is taken for cases', () => {
  expect(['x.cedar', 'x.links.yaml', 'x.meters.yaml', 'x.yaml', 'x.yml', 'x.json'].map(kindOfImport)).toEqual(
    ['set', 'set', 'set', 'cases', 'cases', null],
  );
});
