// `countersign log fsck`: whether what people search is what the log says. `verify` answers for the log itself.
import { defineCommand } from '../command.ts';
import { checkProjection } from '../fsck.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import { fields } from '../table.ts';
import { safe } from '../text.ts';

const SHOWN = 20;

export const logFsck = defineCommand({
  summary: 'Rebuild the searchable index from the log aside and compare; finds rows hidden or changed',
  takes: [],
  options: DATA_OPTION,
  async run({ values, terminal }) {
    const folder = await openLogFolder(dataFolder(values, terminal));
    try {
      const result = checkProjection(folder.db);
      const isSound = result.faults.length === 0;
      if (values.json === true) {
        terminal.out(JSON.stringify(result));
        return isSound ? 0 : 1;
      }
      const counts = fields([
        ['entries', String(result.entries)],
        ['calls in the log', String(result.expected)],
        ['calls in the index', String(result.found)],
      ]);
      for (const line of counts) terminal.out(line);
      for (const fault of result.faults.slice(0, SHOWN)) terminal.out(safe(fault));
      if (result.faults.length > SHOWN) terminal.out(`and ${result.faults.length - SHOWN} more`);
      terminal.out(isSound ? 'the index is what the log says' : 'the index is NOT what the log says');
      return isSound ? 0 : 1;
    } finally {
      folder.close();
    }
  },
});
