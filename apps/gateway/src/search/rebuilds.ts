// That the index of calls, or the tree’s tiles, were made anew while no gateway ran is recorded in the log at the next start.
import type { Id } from '@countersign/audit';
import type { CallReader } from '../store/readers/calls.ts';
import type { LogWriter } from '../store/types.ts';

/** Returns how many were recorded. Throws when the log cannot be written. */
export async function recordRebuilds(
  writer: LogWriter,
  calls: Pick<CallReader, 'rebuilds'>,
  user: Id<'usr'> | null = null,
): Promise<number> {
  const rebuilds = await calls.rebuilds();
  for (const { at, of, entries, made, by } of rebuilds) {
    const detail = { at: new Date(at).toISOString(), of, entries, [of]: made, by };
    const result = await writer.commit({
      entries: [
        {
          kind: 'admin.action',
          call: null,
          agent: null,
          chain: null,
          body: { action: 'index_rebuilt', user },
          details: { detail: JSON.stringify(detail) },
        },
      ],
      changes: [{ remove: 'index_rebuilds', where: { at } }],
    });
    if (!result.ok) throw new Error(`a rebuild could not be recorded: ${result.code}`);
  }
  return rebuilds.length;
}
