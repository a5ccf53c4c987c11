// After a crash: every call that was allowed and has no outcome gets exactly one `call.unknown`, "it may have
// happened" (DESIGN section 5). Nothing is ever sent again. Held calls are not open, and a task outlives its call.
import type { EntryDraft } from '@countersign/audit';
import type { Readers } from './readers.ts';
import type { CallRecord } from './readers/calls.ts';
import type { CommitRequest, LogWriter } from './types.ts';

const AT_ONCE = 256;

/**
 * Closes what an earlier process left open; returns how many calls. To be called before the gateway listens.
 * Throws an Error when the log cannot be written: then nothing may be served.
 */
export async function recoverOpenCalls(store: LogWriter & { readonly readers: Readers }): Promise<number> {
  const open = await store.readers.calls.open();
  let closed = 0;
  for (let start = 0; start < open.length; start += AT_ONCE) {
    const results = await Promise.all(
      open.slice(start, start + AT_ONCE).map((call) => store.commit(declareUnknown(call))),
    );
    for (const result of results) {
      if (result.ok) closed += 1;
      else if (result.code !== 'precondition_failed') {
        throw new Error(`cannot record the calls that a crash left open: ${result.message}`);
      }
    }
  }
  return closed;
}

function declareUnknown(call: CallRecord): CommitRequest {
  const draft: EntryDraft<'call.unknown'> = {
    kind: 'call.unknown',
    call: call.id,
    agent: call.agentUid,
    chain: call.chain,
    body: { reason: 'restart', decided: call.decidedIndex },
    details: {},
  };
  return {
    entries: [draft],
    preconditions: [{ table: 'calls', where: { id: call.id, state: 'open' }, expect: 'exists' }],
  };
}
