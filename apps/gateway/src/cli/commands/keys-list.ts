// `countersign keys list`: which keys speak for the log, and which of them are here.
import { keyFiles } from '../../checkpoints/key-files.ts';
import { defineCommand } from '../command.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { orFail, readOwnLog } from '../own-log.ts';
import { table } from '../table.ts';

export const keysList = defineCommand({
  summary: 'List the keys that speak for the log, with the sizes at which they do',
  takes: [],
  options: DATA_OPTION,
  async run({ values, terminal }) {
    const { dataDir, origin, manifest } = await readOwnLog(dataFolder(values, terminal));
    const here = new Set(
      [
        ...orFail(await keyFiles(dataDir, 'checkpoint', origin)),
        ...orFail(await keyFiles(dataDir, 'receipt', origin)),
      ].map(({ signer }) => signer.vkey),
    );
    const keys = manifest.keys.map((key) => ({ ...key, isHere: here.has(key.vkey) }));
    if (values.json === true) {
      terminal.out(JSON.stringify({ origin, serial: manifest.serial, keys }));
      return 0;
    }
    const rows = keys.map(({ role, from, to, revoked, isHere, vkey }) => [
      role,
      String(from),
      to === null ? '–' : String(to),
      revoked ? 'revoked' : to === null ? 'in use' : 'ended',
      isHere ? 'here' : 'not here',
      vkey,
    ]);
    for (const line of table(['role', 'from', 'to', 'state', 'secret', 'key'], rows, {
      isColoured: terminal.isInteractive,
      none: '',
    }))
      terminal.out(line);
    return 0;
  },
});
