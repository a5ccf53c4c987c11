// `countersign keys rotate`: gives the log a new key, announced under the one before.
import { resolve } from 'node:path';
import { openRootKey, rootKeyPath } from '../../checkpoints/key-files.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { rotate } from '../key-succession.ts';
import { CONFIG_OPTION, headFileOf, orFail, readOwnLog } from '../own-log.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = '24';

export const keysRotate = defineCommand({
  summary: 'Give the log a new checkpoint key (or receipt key); the gateway must be stopped',
  takes: [],
  options: {
    ...DATA_OPTION,
    ...CONFIG_OPTION,
    role: { type: 'string', value: 'role', help: '`checkpoint` (default) or `receipt`' },
    root: { type: 'string', value: 'file', help: 'the root key, where it is not kept in the data folder' },
    'overlap-hours': {
      type: 'string',
      value: 'number',
      help: 'how long the old key signs checkpoints as well (24)',
    },
  },
  async run({ values, terminal }) {
    const { role = 'checkpoint', 'overlap-hours': hours = DEFAULT_OVERLAP_HOURS } = values;
    if (role !== 'checkpoint' && role !== 'receipt')
      throw usageError(`\`--role\` is \`${role}\`: give \`checkpoint\` or \`receipt\``);
    if (!/^\d{1,4}$/.test(hours))
      throw usageError(`\`--overlap-hours\` is \`${hours}\`: give a number of hours`);
    const dataDir = dataFolder(values, terminal);
    const log = await readOwnLog(dataDir);
    const path = values.root === undefined ? rootKeyPath(dataDir) : resolve(terminal.cwd, values.root);
    const root = orFail(await openRootKey(path, log.origin, false));
    const { manifest, vkey, overlapUntil } = await rotate(role, {
      log,
      root,
      headFile: await headFileOf(dataDir, values.config, terminal.cwd),
      overlapMs: Number(hours) * HOUR_MS,
      now: Date.now(),
    });
    if (values.json === true) {
      terminal.out(JSON.stringify({ role, vkey, serial: manifest.serial, overlapUntil }));
      return 0;
    }
    terminal.out(vkey ?? '');
    terminal.err(
      `the ${role} key of \`${log.origin}\` from now on; hand auditors the new manifest (\`countersign keys manifest\`)` +
        (overlapUntil === null
          ? ''
          : `; until ${new Date(overlapUntil).toISOString()} the old one signs as well`),
    );
    return 0;
  },
});
