// Exports as the admin plane and the command line start them: one after the other, since each reads much of the log.
import { ExportError } from '../exports/types.ts';
import { ArchivedError } from './headers.ts';
import { createRareReader } from './rare.ts';
import { placeAt } from './place-at.ts';
import { startExport } from './start.ts';
import { readersWithArchives } from './with-archives.ts';
import type { ExportActor, ExportDeps, ExportRequest, StartedExport } from './types.ts';

const MAX_RUNNING = 2;

export interface ExportDesk {
  /** Index of the first entry recorded at or after a time, in milliseconds since the epoch. Throws an ExportError. */
  placeAt(time: number): Promise<number>;
  /** Throws an ExportError for what cannot be exported, an ExportsBusy where it can be later. */
  start(request: ExportRequest, actor: ExportActor): Promise<StartedExport>;
}

/** Too much at a time; the same may go through later. */
export class ExportsBusy extends ExportError {}

export function createExportDesk(deps: ExportDeps): ExportDesk {
  const readRare = createRareReader(deps.readers);
  let running = 0;
  return {
    placeAt: async (time) => placeAt(time, deps),
    async start(request, actor) {
      if (running >= MAX_RUNNING)
        throw new ExportsBusy(
          `${running} exports are being made already: try again when one of them is through`,
        );
      running += 1;
      try {
        return await startExport(request, actor, deps, readRare).catch(async (error: unknown) => {
          // Nothing was recorded yet: it ended where it was looked up what is needed.
          if (!(error instanceof ArchivedError) || deps.archived === undefined) throw error;
          const readers = await readersWithArchives(deps.readers, await deps.archived());
          return startExport(request, actor, { ...deps, readers }, createRareReader(readers));
        });
      } finally {
        running -= 1;
      }
    },
  };
}
