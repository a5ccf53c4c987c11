// `countersign policy diff`: what a folder of policies would change: its policies against those in force, and every
// recorded call whose outcome would be another.
import type { PolicySource } from '@countersign/policy';
import type { DiffEvent, DiffResult } from '../../admin/client.ts';
import { diffView } from '../../admin/diff-view.ts';
import { ArchiveError } from '../../archive/archive-error.ts';
import { diffPolicies } from '../../rehearsal/diff.ts';
import type { DiffProgress, Window } from '../../rehearsal/types.ts';
import { defineCommand } from '../command.ts';
import { diffLines } from '../diff.ts';
import { eventsOf } from '../events.ts';
import { CommandError, exitCodeOf } from '../exit.ts';
import { bodyOf, dataFolder, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { readSources } from '../policy-folder.ts';
import { readStoredPolicy } from '../stored-policy.ts';
import type { Terminal } from '../terminal.ts';
import { UTC_OPTION } from '../time-option.ts';
import { WINDOW_OPTIONS, windowOf } from '../window-option.ts';

export const policyDiff = defineCommand({
  summary:
    'Show what a folder of policies would change: policies, and recorded calls that would end otherwise',
  takes: ['folder'],
  options: {
    ...WINDOW_OPTIONS,
    offline: { type: 'boolean', help: 'from the data folder itself, without a gateway' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [folder = ''], terminal }) {
    const window = windowOf(values, Date.now());
    const sources = await readSources(folder, terminal);
    const result =
      values.offline === true
        ? await offline(sources, window, dataFolder(values, terminal), terminal)
        : await online(sources, window, values, terminal);
    if (terminal.isInteractive) terminal.progress('');
    const options = { isColoured: terminal.isInteractive, isUtc: values.utc === true };
    const lines = values.json === true ? [JSON.stringify(result)] : diffLines(result, options);
    for (const line of lines) terminal.out(line);
    return result.candidate === null ? 1 : 0;
  },
});

async function offline(
  sources: readonly PolicySource[],
  window: Window,
  dataDir: string,
  terminal: Terminal,
): Promise<DiffResult> {
  const { input, active } = await readStoredPolicy(dataDir);
  const job = { dataDir, sources, input, base: active, window };
  try {
    return diffView(await diffPolicies(job, (progress) => show(progress, terminal)));
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new CommandError(1, error.message, { cause: error, code: 'not_replayed' });
  }
}

async function online(
  sources: readonly PolicySource[],
  window: Window,
  values: Parameters<typeof openGateway>[0],
  terminal: Terminal,
): Promise<DiffResult> {
  const gateway = await openGateway(values, terminal);
  const asked = 'since' in window ? { since: new Date(window.since).toISOString() } : window;
  const answer = await gateway.policies.diff.$post({ json: { sources: [...sources], ...asked } });
  if (!answer.ok) await bodyOf(Promise.resolve(answer));
  for await (const event of eventsOf<DiffEvent>(answer)) {
    if ('result' in event) return event.result;
    if ('error' in event) {
      const { code, message } = event.error;
      throw new CommandError(exitCodeOf(200, code), message, { code });
    }
    show(event.progress, terminal);
  }
  throw new CommandError(2, 'the gateway ended its answer without a result');
}

function show({ entries, of, decisions }: DiffProgress, terminal: Terminal): void {
  if (!terminal.isInteractive) return;
  const percent = of === 0 ? 100 : Math.floor((100 * entries) / of);
  terminal.progress(`replayed ${decisions} decisions (${percent} %)`);
}
