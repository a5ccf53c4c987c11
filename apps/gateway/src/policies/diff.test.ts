import { expect, it } from 'vitest';
import { diffSets, type SetToCompare } from './diff.ts';

const set = (policies: Record<string, string>, files: Record<string, string> = {}): SetToCompare => ({
  sources: [
    { file: 'a.cedar', text: Object.values(policies).join('\n') },
    ...Object.entries(files).map(([file, text]) => ({ file, text })),
  ],
  set: {
    policies: Object.entries(policies).map(([id, text]) => ({
      id,
      text,
      file: 'a.cedar',
      effect: 'permit',
      line: 1,
      column: 1,
      labels: [],
      reads: [],
      within: [],
      names: [],
    })) as never,
  },
});

it('tells policies that were added, removed and changed, with the lines that differ', () => {
  const before = set({ gone: 'permit (one);', kept: 'forbid (same);', moved: 'permit (\n  old\n);' });
  const after = set({ kept: 'forbid (same);', moved: 'permit (\n  new\n);', fresh: 'permit (two);' });
  expect(diffSets(before, after)).toEqual([
    {
      what: 'policy',
      name: 'fresh',
      change: 'added',
      file: 'a.cedar',
      diff: '@@ -0,0 +1,1 @@\n+permit (two);\n',
    },
    {
      what: 'policy',
      name: 'gone',
      change: 'removed',
      file: 'a.cedar',
      diff: '@@ -1,1 +0,0 @@\n-permit (one);\n',
    },
    {
      what: 'policy',
      name: 'moved',
      change: 'changed',
      file: 'a.cedar',
      diff: '@@ -1,3 +1,3 @@\n permit (\n-  old\n+  new\n );\n',
    },
  ]);
});

it('tells files of links and meters as they are, and nothing of policies that merely moved', () => {
  const before = set({ kept: 'forbid (same);' }, { 'm.meters.yaml': 'spend: 1\n' });
  const after = set({ kept: 'forbid (same);' }, { 'm.meters.yaml': 'spend: 2\n', 'l.links.yaml': 'x\n' });
  expect(diffSets(before, after).map(({ what, name, change }) => [what, name, change])).toEqual([
    ['file', 'l.links.yaml', 'added'],
    ['file', 'm.meters.yaml', 'changed'],
  ]);
  expect(diffSets(before, { ...before, sources: [] })).toHaveLength(1);
});

it('compares whole files where one of the two no longer compiles', () => {
  const before = { ...set({ a: 'permit (one);' }), set: null };
  expect(diffSets(before, set({ a: 'permit (two);' }))).toMatchObject([
    { what: 'file', name: 'a.cedar', change: 'changed' },
  ]);
});
