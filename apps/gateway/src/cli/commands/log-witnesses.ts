// `countersign log witnesses`: who holds checkpoints of the log, how far, and what the last attempt to give them one came to.
// From the data folder itself.
import type { PublicationRecord } from '../../store/readers/publications.ts';
import { createPublicationReader } from '../../store/sqlite/readers/publications.ts';
import { defineCommand } from '../command.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import { table } from '../table.ts';
import { counted, time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

export const logWitnesses = defineCommand({
  summary: 'Show who holds checkpoints of the log besides this machine, and since when',
  takes: [],
  options: { ...UTC_OPTION, ...DATA_OPTION },
  async run({ values, terminal }) {
    const folder = await openLogFolder(dataFolder(values, terminal));
    try {
      const { size } = await folder.log.head();
      const reader = createPublicationReader(folder.db);
      const cosigned = await reader.newestCosigned();
      const targets = await reader.all();
      const isWell = targets.length > 0 && targets.every(({ failures }) => failures === 0);
      if (values.json === true) {
        const shown = targets.map(({ proof: _proof, ...target }) => target);
        terminal.out(JSON.stringify({ size, cosigned: cosigned?.size ?? null, targets: shown }));
        return isWell ? 0 : 1;
      }
      if (targets.length === 0) {
        terminal.out('nobody but this machine holds a checkpoint: name witnesses in `log.witnesses`');
        return 1;
      }
      const row = (target: PublicationRecord) => rowOf(target, values.utc === true);
      const options = { isColoured: terminal.isInteractive, none: '' };
      const lines = table(['kind', 'name', 'entries', 'taken', 'state'], targets.map(row), options);
      for (const line of lines) terminal.out(line);
      const newest = cosigned === null ? 'none' : counted(cosigned.size, 'entry', 'entries');
      terminal.out(
        `the log has ${counted(size, 'entry', 'entries')}; newest checkpoint with enough cosignatures: ${newest}`,
      );
      return isWell ? 0 : 1;
    } finally {
      folder.close();
    }
  },
});

function rowOf(target: PublicationRecord, isUtc: boolean): string[] {
  const at = (ms: number | null): string => (ms === null ? 'never' : time(new Date(ms).toISOString(), isUtc));
  const state =
    target.failures === 0
      ? 'fine'
      : `${target.result} since ${at(target.failingSince)}, ${counted(target.failures, 'attempt')}: ${target.error ?? ''}`;
  return [target.kind, target.name, String(target.size), at(target.acceptedAt), state];
}
