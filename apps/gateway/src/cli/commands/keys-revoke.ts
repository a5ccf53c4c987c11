// `countersign keys revoke`: says that what a key signed after some size proves nothing; one in use gets a successor.
import { resolve } from 'node:path';
import { openRootKey, rootKeyPath } from '../../checkpoints/key-files.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { revoke } from '../key-succession.ts';
import { CONFIG_OPTION, headFileOf, orFail, readOwnLog } from '../own-log.ts';
import { counted } from '../text.ts';

export const keysRevoke = defineCommand({
  summary:
    'Revoke a key after a size of the log; one in use is replaced at once; the gateway must be stopped',
  takes: ['key'],
  options: {
    ...DATA_OPTION,
    ...CONFIG_OPTION,
    after: {
      type: 'string',
      value: 'size',
      help: 'the number of entries up to which its signatures still count',
    },
    reason: { type: 'string', value: 'text', help: 'why; it is recorded' },
    root: { type: 'string', value: 'file', help: 'the root key, where it is not kept in the data folder' },
  },
  async run({ values, args: [key = ''], terminal }) {
    const { after = '', reason = '' } = values;
    if (after === '')
      throw usageError('`--after` is missing: give the size up to which its signatures still count');
    if (!/^\d{1,15}$/.test(after)) throw usageError(`\`--after\` is \`${after}\`: give a number of entries`);
    if (reason.trim() === '') throw usageError('`--reason` is missing: say why the key is revoked');
    const dataDir = dataFolder(values, terminal);
    const log = await readOwnLog(dataDir);
    const found = log.manifest.keys.filter(({ vkey }) => vkey === key || vkey.split('+')[1] === key);
    const [one, ...more] = found;
    if (one === undefined || more.length > 0)
      throw new CommandError(1, `\`${key}\` is none of the log’s keys: see \`countersign keys list\``);
    const path = values.root === undefined ? rootKeyPath(dataDir) : resolve(terminal.cwd, values.root);
    const root = orFail(await openRootKey(path, log.origin, false));
    const { manifest, vkey } = await revoke(
      { vkey: one.vkey, after: Number(after), reason },
      {
        log,
        root,
        headFile: await headFileOf(dataDir, values.config, terminal.cwd),
        overlapMs: 0,
        now: Date.now(),
      },
    );
    if (values.json === true) {
      terminal.out(
        JSON.stringify({ revoked: one.vkey, after: Number(after), vkey, serial: manifest.serial }),
      );
      return 0;
    }
    terminal.out(`\`${one.vkey}\` proves nothing of more than ${counted(Number(after), 'entry', 'entries')}`);
    if (vkey !== null) terminal.out(`in its place: ${vkey}`);
    terminal.err('hand auditors the new manifest at once (`countersign keys manifest`)');
    return 0;
  },
});
