// `countersign log checkpoint`: the newest signed checkpoint as it is, to be kept where the operator cannot reach it.
import { defineCommand } from '../command.ts';
import { CommandError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';

export const logCheckpoint = defineCommand({
  summary: 'Print the newest signed checkpoint, to be held elsewhere',
  takes: [],
  options: DATA_OPTION,
  async run({ values, terminal }) {
    const folder = await openLogFolder(dataFolder(values, terminal));
    try {
      const checkpoint = await folder.log.latestCheckpoint();
      if (checkpoint === null) throw new CommandError(1, 'no checkpoint was signed yet');
      const { size, root, note } = checkpoint;
      terminal.out(values.json === true ? JSON.stringify({ size, root, note }) : note.trimEnd());
      return 0;
    } finally {
      folder.close();
    }
  },
});
