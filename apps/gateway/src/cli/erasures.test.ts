// What reviewers of an erasure read on the command line.
import { expect, test } from 'vitest';
import { erasureLines } from './erasures.ts';

const effect = {
  basis: 'Art. 17',
  entries: 0,
  details: 0,
  calls: 0,
  open: 0,
  from: null,
  to: null,
  fields: [],
  agents: [],
  held: [],
  exports: [],
  moreExports: 0,
};

test('calls of which nobody can tell, and archives whose values cannot be read, are said to be left out', () => {
  const why = 'the values of 2 calls in it cannot be read here';
  const told = erasureLines({ ...effect, untold: 1, unreached: [{ log: '/cold/one', why }] }, true);
  expect(told).toContain(
    'left out: of 1 call nobody can tell whether it was asked for, since values that say so were erased or expired, or cannot be read here',
  );
  expect(told).toContain(`  /cold/one: ${why}`);
  expect(erasureLines(effect, true)?.join('\n')).not.toMatch(/left out|not reached/);
});
