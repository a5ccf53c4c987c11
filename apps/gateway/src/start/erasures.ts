// Erasures, before anything of a log is shown to anybody: those that were begun are finished, and what a restored backup
// brought back is erased again. For the gateway, and for commands that take entries from a folder without one.
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import { type ErasureList, openErasureList } from '../privacy/erasure-list.ts';
import { createEraser, type Eraser } from '../privacy/eraser.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import type { Store } from '../store/store.ts';

export interface SettledErasures {
  readonly list: ErasureList;
  readonly eraser: Eraser;
}

/** Throws a StoreError where they cannot be carried out: then nothing may be shown. */
export async function settleErasures(
  store: Store,
  of: { readonly dataDir: string; readonly origin: string; readonly tell: (message: string) => void },
): Promise<SettledErasures> {
  const { dataDir, origin, tell } = of;
  const list = openErasureList(erasuresFile(placeOf(dataDir)), origin);
  const eraser = createEraser({
    writer: store,
    readers: store.readers,
    list,
    archives: (work) => usingArchivedLogs(dataDir, store.readers.log, work),
    tell,
  });
  const { finished, again } = await eraser.restart();
  if (finished > 0) tell(`${finished} erasures were half done when the gateway last stopped: finished`);
  if (again > 0) tell(`${again} erasures were undone by a restored backup: erased again`);
  return { list, eraser };
}
