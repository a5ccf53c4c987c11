// The answer to a simulation, as it comes: server-sent events in pieces that end anywhere. Pure.
import type { DiffEvent } from '../../../api/types.ts';

/** Takes the next piece of text; returns the events that it completes. */
export function createEventReader(): (piece: string) => readonly DiffEvent[] {
  let rest = '';
  return (piece) => {
    const parts = (rest + piece).split('\n\n');
    rest = parts.pop() ?? '';
    return parts.flatMap((part) => {
      const data = part
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).trimStart())
        .join('\n');
      return data === '' ? [] : [JSON.parse(data) as DiffEvent];
    });
  };
}
