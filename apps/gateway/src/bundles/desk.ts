// Exports as the admin plane and the command line start them: few at a time, since each reads much of the log, one for each
// person, and none for somebody who does not wait for it any more.
import { ExportError } from '../exports/types.ts';
import { createPlaces, NoPlace } from '../places.ts';
import { ArchivedError } from './headers.ts';
import { placeAt } from './place-at.ts';
import { createRareReader } from './rare.ts';
import { startExport } from './start.ts';
import type {
  ExportActor,
  ExportDeps,
  ExportQuery,
  ExportReaders,
  ExportRequest,
  StartedExport,
} from './types.ts';
import { whileWanted } from './while-wanted.ts';
import { readersWithArchives } from './with-archives.ts';

/** Nobody waits for their turn: whoever is told at once may ask again. */
const PLACES = { each: 1, all: 2, atOnce: 2 };
const NO_PLACE: Readonly<Record<NoPlace['of'], string>> = {
  each: 'you have an export under way already: try again when it is through',
  all: `${PLACES.all} exports are being made already: try again when one of them is through`,
};

/** A place in the log: the index of an entry, or a time, which is the first entry recorded at or after it. */
type Place = number | Date | undefined;

export type AskedExport = Omit<ExportRequest, 'query'> & {
  readonly query: Omit<ExportQuery, 'from' | 'to'> & {
    readonly from?: Place;
    readonly to?: Place;
  };
};

export interface ExportDesk {
  /**
   * Throws an ExportError for what cannot be exported, an ExportsBusy where it can be later.
   *
   * @param signal nobody waits for it any more: before it is on record it ends, and is not.
   */
  start(asked: AskedExport, actor: ExportActor, signal: AbortSignal): Promise<StartedExport>;
}

/** Too much at a time; the same may go through later. */
export class ExportsBusy extends ExportError {}

export function createExportDesk(deps: ExportDeps): ExportDesk {
  const { archived } = deps;
  const readRare = createRareReader(deps.readers);
  const places = createPlaces(PLACES);

  async function made(asked: AskedExport, actor: ExportActor, signal: AbortSignal): Promise<StartedExport> {
    const readers = whileWanted(deps.readers, signal);
    let opened: Promise<ExportReaders> | null = null;
    const behind = async (): Promise<ExportReaders | null> => {
      if (archived === undefined) return null;
      opened ??= archived(signal).then(async (found) =>
        whileWanted(await readersWithArchives(deps.readers, found), signal),
      );
      return opened;
    };
    const index = async (place: Place): Promise<number | undefined> =>
      place instanceof Date ? placeAt(place.getTime(), readers, behind) : place;
    const { query } = asked;
    const request = {
      ...asked,
      query: { ...query, from: await index(query.from), to: await index(query.to) },
    };
    return startExport(request, actor, { ...deps, readers }, readRare, signal).catch(
      async (error: unknown) => {
        // Nothing was recorded yet: it ended where it was looked up what is needed.
        const all = error instanceof ArchivedError ? await behind() : null;
        if (all === null) throw error;
        return startExport(request, actor, { ...deps, readers: all }, createRareReader(all), signal);
      },
    );
  }

  return {
    async start(asked, actor, signal) {
      const gone = (cause?: unknown): never => {
        throw new ExportError('nobody waits for this export any more, so nothing was exported', { cause });
      };
      try {
        return await places.take(actor.user, signal, async () => made(asked, actor, signal), gone);
      } catch (error) {
        if (error instanceof NoPlace) throw new ExportsBusy(NO_PLACE[error.of], { cause: error });
        if (signal.aborted && !(error instanceof ExportError)) return gone(error);
        throw error;
      }
    },
  };
}
