import { expect, test } from 'vitest';
import { readCallSearch } from './search.ts';

test('knows the tabs, and leaves out the first', () => {
  expect(readCallSearch({ tab: 'proof' })).toEqual({ tab: 'proof' });
  expect(readCallSearch({ tab: 'why' })).toEqual({});
  expect(readCallSearch({ tab: 'proof', wide: true })).toEqual({ tab: 'proof', wide: true });
});

test.each([{ tab: 'else' }, { tab: 7 }, { tab: ['proof'] }, { wide: 'yes' }, { wide: 1 }])(
  'takes nothing else: %j',
  (search) => {
    expect(readCallSearch(search)).toEqual({});
  },
);
