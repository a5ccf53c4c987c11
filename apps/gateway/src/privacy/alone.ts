// Destroying and holding, one at a time: what a legal hold keeps is looked up well before what it does not keep is
// destroyed, and a hold that were recorded in between would be a promise that is broken at once.
import { createTurns } from '../turns.ts';

/** Runs `work` once everything asked for earlier has ended, however it ended. Not to be called from within such work. */
export type Alone = <T>(work: () => Promise<T>) => Promise<T>;

export function createAlone(): Alone {
  const inTurn = createTurns();
  return (work) => inTurn('', work);
}
