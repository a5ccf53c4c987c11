// `countersign keys manifest`: the newest key manifest as it is, to be handed to auditors together with the root key.
import { resolve } from 'node:path';
import { openRootKey, rootKeyPath } from '../../checkpoints/key-files.ts';
import { defineCommand } from '../command.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { orFail, readOwnLog } from '../own-log.ts';

export const keysManifest = defineCommand({
  summary: 'Print the newest key manifest, or the public root key that verifies it',
  takes: [],
  options: {
    ...DATA_OPTION,
    'root-key': { type: 'boolean', help: 'print the public root key instead' },
    root: { type: 'string', value: 'file', help: 'the root key, where it is not kept in the data folder' },
  },
  async run({ values, terminal }) {
    const { dataDir, origin, record } = await readOwnLog(dataFolder(values, terminal));
    if (values['root-key'] !== true) {
      terminal.out(values.json === true ? JSON.stringify({ note: record.note }) : record.note.trimEnd());
      return 0;
    }
    const path = values.root === undefined ? rootKeyPath(dataDir) : resolve(terminal.cwd, values.root);
    const root = orFail(await openRootKey(path, origin, false));
    const { vkey } = root.signer;
    terminal.out(values.json === true ? JSON.stringify({ vkey }) : vkey);
    return 0;
  },
});
