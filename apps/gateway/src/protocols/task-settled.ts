// That work which outlived its first reply has ended: one entry for each task, of an agent or of an MCP server, before
// anybody is told what it came to (DESIGN section 5).
import type { EntryBody, EntryDraft, Id } from '@countersign/audit';

export type SettledState = EntryBody<'task.settled'>['state'];

/** Results beyond this are recorded by digest alone. */
const STORED_RESULT_CHARS = 256 * 1024;

/** What is settled: the work of this call, which the entry with the index `decided` allowed. */
export interface SettledWork {
  readonly call: string;
  readonly chain: string;
  readonly agentUid: string;
  readonly decided: number;
}

/** @param result JSON text; null where none was seen. */
export function taskSettled(
  { call, chain, agentUid, decided }: SettledWork,
  state: SettledState,
  result: string | null,
): EntryDraft<'task.settled'> {
  const isStored = result !== null && result.length <= STORED_RESULT_CHARS;
  return {
    kind: 'task.settled',
    call: call as Id<'call'>,
    agent: agentUid as Id<'agt'>,
    chain: chain as Id<'chain'>,
    body: { state, decided },
    details: { result: isStored ? result : undefined },
  };
}
