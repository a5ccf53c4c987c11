// `countersign log rebuild`: what can be made anew from the log, while no gateway runs on it: the searchable index or, with
// `--tiles`, the tiles of the tree.
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { operatorName } from '../../operator.ts';
import { dataPaths } from '../../store/paths.ts';
import { readMigrations, requireKnownSchema } from '../../store/sqlite/migrate.ts';
import { lockDataFolder, openForWriting } from '../../store/sqlite/open.ts';
import type { Rebuilding } from '../../store/sqlite/rebuild/note-rebuild.ts';
import { rebuildProjection } from '../../store/sqlite/rebuild/rebuild.ts';
import { rebuildTiles } from '../../store/sqlite/rebuild/rebuild-tiles.ts';
import { StoreError } from '../../store/store-error.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { CONFIG_OPTION, headFileOf } from '../own-log.ts';
import { signedHeads } from '../signed-heads.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../text.ts';

export const logRebuild = defineCommand({
  summary: 'Make the searchable index, or the tiles of the tree, anew from the log; the gateway must not run',
  takes: [],
  options: {
    tiles: { type: 'boolean', help: 'the tiles instead, once the entries were held to what was signed' },
    ...CONFIG_OPTION,
    ...DATA_OPTION,
  },
  async run({ values, terminal }) {
    const folder = dataFolder(values, terminal);
    const said =
      values.tiles === true ? await tiles(folder, values.config, terminal) : await index(folder, terminal);
    if (terminal.isInteractive) terminal.progress('');
    terminal.out(values.json === true ? JSON.stringify(said.answer) : said.text);
    return 0;
  },
});

interface Said {
  readonly answer: object;
  readonly text: string;
}

async function index(folder: string, terminal: Terminal): Promise<Said> {
  const answer = await alone(folder, async (db) =>
    rebuildProjection(db, { recordAs: byOperator(), onProgress: progressTo(terminal) }),
  );
  const { entries, calls } = answer;
  return {
    answer,
    text: `rebuilt the index: ${counted(calls, 'call')} from ${counted(entries, 'entry', 'entries')}; the gateway records it when it starts`,
  };
}

async function tiles(folder: string, config: string | undefined, terminal: Terminal): Promise<Said> {
  const headFile = await headFileOf(folder, config, terminal.cwd);
  const answer = await alone(folder, async (db) => {
    const heads = await signedHeads(folder, headFile);
    return rebuildTiles(db, heads, byOperator(), progressTo(terminal));
  });
  return {
    answer,
    text: `made ${counted(answer.tiles, 'tile')} from ${counted(answer.entries, 'entry', 'entries')}, the first ${answer.signed} of which are those that were signed; the gateway records it when it starts`,
  };
}

const byOperator = (): Rebuilding => ({ at: Date.now(), by: operatorName() });

function progressTo(terminal: Terminal): (entries: number) => void {
  return (entries) => {
    if (terminal.isInteractive) terminal.progress(`read ${entries} entries`);
  };
}

/** Works on the database while nobody else does. */
async function alone<T>(folder: string, work: (db: Database.Database) => Promise<T>): Promise<T> {
  const paths = dataPaths(folder);
  if (!existsSync(paths.database))
    throw new CommandError(2, `\`${paths.database}\` is not there: name a data folder with \`--data\``);
  try {
    const unlock = lockDataFolder(folder, paths);
    try {
      const db = openForWriting(paths.database);
      try {
        const newest = readMigrations().length;
        if (requireKnownSchema(db, newest) < newest)
          throw new CommandError(2, `\`${paths.database}\` has an older schema: start the gateway once`);
        return await work(db);
      } finally {
        db.close();
      }
    } finally {
      unlock();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'in_use')
      throw new CommandError(
        2,
        `${error.message}; a rebuild works on the data folder itself, so stop the gateway first`,
        { cause: error, code: 'in_use' },
      );
    throw new CommandError(error.code === 'damaged' ? 1 : 2, error.message, {
      cause: error,
      code: error.code,
    });
  }
}
