// `countersign log key`: the public key of the log's checkpoints, to be handed to auditors before they need it.
import { defineCommand } from '../command.ts';
import { CommandError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';

export const logKey = defineCommand({
  summary: 'Print the public key that verifies the log’s checkpoints',
  takes: [],
  options: DATA_OPTION,
  async run({ values, terminal }) {
    const folder = await openLogFolder(dataFolder(values, terminal));
    try {
      const { vkey } = folder;
      if (vkey === null) throw new CommandError(1, 'this folder has no checkpoint key that can be read');
      terminal.out(values.json === true ? JSON.stringify({ vkey }) : vkey);
      return 0;
    } finally {
      folder.close();
    }
  },
});
