// `countersign log rebuild`: the searchable index made anew from the log, while no gateway runs on it.
import { existsSync } from 'node:fs';
import { defineCommand } from '../command.ts';
import { CommandError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { dataPaths } from '../../store/paths.ts';
import { readMigrations, requireKnownSchema } from '../../store/sqlite/migrate.ts';
import { lockDataFolder, openForWriting } from '../../store/sqlite/open.ts';
import { type Rebuilt, rebuildProjection } from '../../store/sqlite/rebuild.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../text.ts';

export const logRebuild = defineCommand({
  summary:
    'Make the searchable index anew from the log; the gateway must not run, and records it when it starts',
  takes: [],
  options: DATA_OPTION,
  async run({ values, terminal }) {
    const { entries, calls } = rebuild(dataFolder(values, terminal), terminal);
    const text = `${counted(calls, 'call')} from ${counted(entries, 'entry', 'entries')}`;
    terminal.out(values.json === true ? JSON.stringify({ entries, calls }) : `rebuilt the index: ${text}`);
    return 0;
  },
});

function rebuild(folder: string, terminal: Terminal): Rebuilt {
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
        const rebuilt = rebuildProjection(db, {
          recordAs: Date.now(),
          onProgress: (entries) => {
            if (terminal.isInteractive) terminal.progress(`read ${entries} entries`);
          },
        });
        if (terminal.isInteractive) terminal.progress('');
        return rebuilt;
      } finally {
        db.close();
      }
    } finally {
      unlock();
    }
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
    throw error;
  }
}
