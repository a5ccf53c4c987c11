// Long work in pieces: nothing that one call asks for may hold up all others for more than a few milliseconds.
import type { Turns } from '@countersign/policy';

const MAX_TURN_MS = 3;

/** Turns of the event loop that last some milliseconds each, beginning with this one. */
export function shortTurns(): Turns {
  let began = performance.now();
  return {
    isOver: () => performance.now() - began > MAX_TURN_MS,
    async next() {
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    },
  };
}
