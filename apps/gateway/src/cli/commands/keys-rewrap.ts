// `countersign keys rewrap`: wraps the keys to stored values with another payload key. Offline, on a folder that no gateway
// uses; the next start records it.
import { resolve } from 'node:path';
import type { Source } from '../../store/payload/payload-key.ts';
import { rewrapKeys } from '../../store/payload/rewrap.ts';
import { StoreError } from '../../store/store-error.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { counted } from '../text.ts';

export const keysRewrap = defineCommand({
  summary: 'Wrap the keys to stored values with another payload key; the gateway must not run',
  takes: [],
  options: {
    ...DATA_OPTION,
    'to-file': { type: 'string', value: 'file', help: 'the file that holds the new key' },
    'to-env': { type: 'string', value: 'name', help: 'the environment variable that holds it' },
  },
  async run({ values, terminal }) {
    const file = values['to-file'];
    const env = values['to-env'];
    const to: Source | null =
      file !== undefined && env === undefined
        ? { file: resolve(terminal.cwd, file) }
        : env !== undefined && file === undefined
          ? { env }
          : null;
    if (to === null) throw usageError('name the new key: one of `--to-file <file>` and `--to-env <name>`');
    try {
      const keys = rewrapKeys(dataFolder(values, terminal), to);
      terminal.out(
        values.json === true
          ? JSON.stringify({ keys, payloadKey: to })
          : `${counted(keys, 'key')} wrapped anew: configure \`log.payloadKey: ${JSON.stringify(to)}\`, start the gateway, and then destroy the old key`,
      );
      return 0;
    } catch (error) {
      if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
      throw error;
    }
  },
});
