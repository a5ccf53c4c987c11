// `countersign keys abandon`: goes on without keys to stored values that are lost for good. Never done by itself: somebody
// says why, and answers for it; the next start records it.
import { loadConfig } from '../../config.ts';
import { describeProblems } from '../../config/problems.ts';
import { operatorName } from '../../operator.ts';
import { abandonKeys, lossIn } from '../../store/payload/abandon.ts';
import { placeFor } from '../../store/payload/open.ts';
import { configuredPlace, type PayloadPlace } from '../../store/payload/place.ts';
import { StoreError } from '../../store/store-error.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../text.ts';

export const keysAbandon = defineCommand({
  summary: 'Go on without keys to stored values that are lost for good; the gateway must be stopped',
  takes: [],
  options: {
    ...DATA_OPTION,
    config: { type: 'string', value: 'file', help: 'configuration, where it says where the keys are' },
    reason: { type: 'string', value: 'text', help: 'why; it is recorded' },
    yes: { type: 'boolean', help: 'do not ask' },
  },
  async run({ values, terminal }) {
    const { reason = '' } = values;
    if (reason.trim() === '') throw usageError('`--reason` is missing: say how the keys were lost');
    const dataDir = dataFolder(values, terminal);
    const place = await placeIn(dataDir, values.config, terminal);
    try {
      const { losses, problem } = lossIn(dataDir, place);
      if (losses.length === 0) throw new CommandError(1, 'no key is missing: there is nothing to give up');
      if (problem !== null) terminal.err(problem);
      for (const { origin, entries } of losses)
        terminal.err(
          `the values of ${counted(entries, 'entry', 'entries')} of \`${origin}\` can never be read again`,
        );
      if (values.yes !== true) await confirm(terminal);
      const actor = JSON.stringify({ user: operatorName(), via: 'cli' });
      await abandonKeys(dataDir, place, { reason, actor });
      const entries = losses.reduce((sum, one) => sum + one.entries, 0);
      terminal.out(
        values.json === true
          ? JSON.stringify({ losses })
          : `given up: the values of ${counted(entries, 'entry', 'entries')}; start the gateway, which records it`,
      );
      return 0;
    } catch (error) {
      if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
      throw error;
    }
  },
});

async function placeIn(dataDir: string, file: string | undefined, { cwd }: Terminal): Promise<PayloadPlace> {
  if (file === undefined) return placeFor(dataDir, undefined);
  const config = await loadConfig(file, { data: dataDir }, cwd);
  if (!config.ok) throw new CommandError(2, describeProblems(config.error));
  return placeFor(dataDir, configuredPlace(config.value.log));
}

async function confirm({ ask }: Terminal): Promise<void> {
  if (ask === undefined) throw usageError('nobody can be asked here: say `--yes`');
  const typed = await ask('type `lost` to give them up: ');
  if (typed.trim() !== 'lost') throw new CommandError(1, 'nothing was changed');
}
