import { expect, test } from 'vitest';
import { createEventReader } from './events.ts';

const progress = { progress: { entries: 1, of: 2, decisions: 1 } };
const error = { error: { code: 'busy', message: 'wait\n\nfor it' } };
const wire = [progress, error].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

test.each([1, 2, 7, 1000])('events are read whole from pieces of %i characters', (size) => {
  const read = createEventReader();
  const pieces = Array.from({ length: Math.ceil(wire.length / size) }, (_, at) =>
    wire.slice(at * size, (at + 1) * size),
  );
  expect(pieces.flatMap((piece) => read(piece))).toEqual([progress, error]);
});

test('comments are none, and half an event is none yet', () => {
  const read = createEventReader();
  expect(read(': still here\n\ndata: {"prog')).toEqual([]);
});
