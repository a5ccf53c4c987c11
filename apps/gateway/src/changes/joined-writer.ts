// A writer that adds a change's own entries and rows to the one commit with which the change takes effect, so that no
// crash can leave the one without the other.
import type { EntryDraft } from '@countersign/audit';
import type { Change, CommitResult, LogWriter, Precondition } from '../store/types.ts';

interface Joined {
  readonly before: readonly EntryDraft[];
  readonly after: readonly EntryDraft[];
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
}

export interface JoinedWriter {
  readonly writer: LogWriter;
  isCommitted(): boolean;
  /** Whether a commit failed on one of the joined preconditions, rather than on its own. */
  isOvertaken(): boolean;
}

export function joinWriter(writer: LogWriter, joined: Joined): JoinedWriter {
  let isCommitted = false;
  let isOvertaken = false;
  return {
    isCommitted: () => isCommitted,
    isOvertaken: () => isOvertaken,
    writer: {
      async commit({ entries, changes = [], preconditions = [], ...rest }): Promise<CommitResult> {
        if (isCommitted) throw new TypeError('a change takes effect in one commit: there is no second one');
        const result = await writer.commit({
          ...rest,
          entries: [...joined.before, ...entries, ...joined.after],
          changes: [...changes, ...joined.changes],
          preconditions: [...preconditions, ...joined.preconditions],
        });
        isCommitted = result.ok;
        isOvertaken =
          !result.ok && result.code === 'precondition_failed' && result.precondition >= preconditions.length;
        return result.ok
          ? {
              ok: true,
              receipts: result.receipts.slice(joined.before.length, joined.before.length + entries.length),
            }
          : result;
      },
    },
  };
}
