import { expect, test } from 'vitest';
import { createWarnings } from './warnings.ts';

function under() {
  const lines: string[] = [];
  let waiting: (() => void)[] = [];
  const warnings = createWarnings({
    write: (line) => lines.push(line),
    later: (work) => waiting.push(work),
  });
  return {
    ...warnings,
    /** What was said since the last time. */
    said: () => lines.splice(0),
    /** A minute goes by for everything that waits for one. */
    minute: () => {
      const due = waiting;
      waiting = [];
      for (const work of due) work();
    },
    waiting: () => waiting.length,
  };
}

test('the same words are said once, then counted by the minute, and said again after a quiet one', () => {
  const { tell, said, minute, waiting } = under();
  for (let i = 0; i < 100; i += 1) tell('upstream `crm` is away');
  expect(said()).toEqual(['upstream `crm` is away']);
  minute();
  expect(said()).toEqual(['upstream `crm` is away (99 more times within a minute)']);
  tell('upstream `crm` is away');
  minute();
  expect(said()).toEqual(['upstream `crm` is away (1 more time within a minute)']);
  minute();
  expect([said(), waiting()]).toEqual([[], 0]);
  tell('upstream `crm` is away');
  expect(said()).toEqual(['upstream `crm` is away']);
});

test('other words are said at once meanwhile', () => {
  const { tell, said } = under();
  tell('one');
  tell('one');
  tell('two');
  expect(said()).toEqual(['one', 'two']);
});

test('of a stack only the first line is said again', () => {
  const { tell, said, minute } = under();
  for (let i = 0; i < 3; i += 1) tell('GET /x: Error: no\n    at there');
  minute();
  expect(said()).toEqual([
    'GET /x: Error: no\n    at there',
    'GET /x: Error: no (2 more times within a minute)',
  ]);
});

test('what was counted is said at the end', () => {
  const { tell, said, flush } = under();
  tell('one');
  tell('one');
  tell('two');
  flush();
  expect(said()).toEqual(['one', 'two', 'one (1 more time within a minute)']);
});

test('however many different texts there are, memory stays bounded and none is lost', () => {
  const { tell, said, waiting } = under();
  for (let i = 0; i < 2000; i += 1) tell(`text ${i}`);
  expect([said().length, waiting()]).toEqual([2000, 512]);
});
