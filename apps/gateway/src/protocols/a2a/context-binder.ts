// The contexts that an agent's answer names, bound to the caller: a context id is the agent's own choice, so the same one
// may come for two callers, and the second then knows it by an id of the gateway's.
import type { RecordedCall } from '../../pipeline/types.ts';
import type { ContextRecord, TaskRecord } from '../../store/readers/tasks.ts';
import type { Change } from '../../store/types.ts';
import { namedContextOf } from './named.ts';
import { type A2aReaders, isOwn, principalOf } from './reads.ts';
import { contextChange, mintId, newContext } from './rows.ts';

export interface ContextBinder {
  /** Makes a context known by its gateway id, as the caller wrote it. */
  know(id: string): Promise<void>;
  /** The caller's name for the context of an answer (null: it names none), and what has to be written for it. */
  bind(
    upstreamContext: string | null,
    now: number,
  ): Promise<{ readonly name: string; readonly changes: readonly Change[] }>;
  /** A context that is only mentioned: by the caller's name where it has one. */
  mention(upstreamContext: string): Promise<void>;
  /** What `bind` gave was written. */
  written(): void;
}

/** @param names by `context <upstream id>`; shared with the binder of tasks. */
export function contextBinder(
  call: RecordedCall,
  { tasks }: A2aReaders,
  names: Map<string, string>,
  parked: TaskRecord | null,
): ContextBinder {
  const { uid } = call.upstream;
  const ownId = parked?.context ?? namedContextOf(call);
  let isWritten = false;

  async function own(id: string | null): Promise<ContextRecord | null> {
    const row = id === null ? null : await tasks.context(uid, id);
    return row !== null && isOwn(row, call) ? row : null;
  }

  function renew(row: ContextRecord): readonly Change[] {
    if (isWritten) return [];
    // Sent at last: other messages of the context may follow. Its chain is that of the newest message, with all labels.
    const set = {
      ...(parked === null ? {} : { held_by: null }),
      ...(row.chain === call.link.chain ? {} : { chain: call.link.chain }),
    };
    return Object.keys(set).length === 0 ? [] : [contextChange(row, set)];
  }

  return {
    async know(id) {
      const row = await own(id);
      if (row !== null && row.upstreamContext !== null) names.set(`context ${row.upstreamContext}`, row.id);
    },
    async bind(upstreamContext, now) {
      const before = await own(ownId);
      if (upstreamContext === null) {
        return { name: before?.id ?? '', changes: before === null ? [] : renew(before) };
      }
      const key = `context ${upstreamContext}`;
      if (before !== null && before.upstreamContext === null) {
        names.set(key, before.id);
        return {
          name: before.id,
          changes: [contextChange(before, { upstream_context: upstreamContext }), ...renew(before)],
        };
      }
      const changes = before === null ? [] : renew(before);
      const known =
        names.get(key) ?? (await tasks.contextByUpstream(uid, upstreamContext, principalOf(call)))?.id;
      if (known !== undefined) {
        names.set(key, known);
        return { name: known, changes };
      }
      const isFree = (await tasks.context(uid, upstreamContext)) === null;
      const id = isFree ? upstreamContext : mintId();
      names.set(key, id);
      return {
        name: id,
        changes: [...changes, newContext(call, { id, upstreamContext, heldBy: null }, now)],
      };
    },
    async mention(upstreamContext) {
      const row = await tasks.contextByUpstream(uid, upstreamContext, principalOf(call));
      names.set(`context ${upstreamContext}`, row?.id ?? upstreamContext);
    },
    written() {
      isWritten = true;
    },
  };
}
