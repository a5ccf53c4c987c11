// What happened to a call, step by step, as its entries say: when it came, how often it was decided, who was asked, when it was
// over. Pure. A call is sent on once the decision is on disk; that moment itself is not an entry.
import type { CallEntry } from './call-entries.ts';
import type { CallDetail } from './client.ts';
import { isoTimeOfEntry } from './view.ts';

type Step = CallDetail['timeline'][number];

const NOTHING = {
  approval: null,
  decision: null,
  reason: null,
  verdict: null,
  by: null,
  outcome: null,
} as const;

/** In order of time. Entries in order of the log, all of one call. */
export function timelineOf(entries: readonly CallEntry[]): Step[] {
  const steps = entries.flatMap(({ index, header, details }): Step[] => {
    const at = isoTimeOfEntry(header.time);
    const step = (kind: Step['kind'], words: Partial<typeof NOTHING | Step> = {}): Step => ({
      kind,
      at,
      index,
      ...NOTHING,
      approval: 'approval' in header.body ? header.body.approval : null,
      ...words,
    });
    switch (header.kind) {
      case 'call.decided':
        return [step('decided', { decision: header.body.decision, reason: header.body.reason })];
      case 'approval.requested':
        return [step('held')];
      case 'approval.reviewed':
        return [
          step('reviewed', {
            verdict: header.body.verdict,
            reason: details.get('reason') ?? null,
            by: nameIn(details.get('reviewer')),
          }),
        ];
      case 'approval.closed':
        return [
          step('closed', {
            outcome: header.body.state,
            reason: details.get('reason') ?? null,
            by: nameIn(details.get('actor')),
          }),
        ];
      case 'call.completed':
        return [step('answered', { outcome: header.body.outcome })];
      case 'call.unknown':
        return [step('lost', { reason: header.body.reason })];
      case 'task.settled':
        return [step('settled', { outcome: header.body.state })];
      case 'push.notified':
        return [step('notified', { outcome: header.body.state })];
      case 'policy.differed':
        return [step('differed', { decision: header.body.shadow })];
      case 'stream.segment':
        return [step('segment')];
      default:
        return [];
    }
  });
  return [...received(entries), ...steps];
}

/** No entry says when a call came: what it took until it was answered does. */
function received(entries: readonly CallEntry[]): Step[] {
  for (const { header } of entries) {
    if (header.kind !== 'call.completed') continue;
    const at = isoTimeOfEntry(header.time - header.body.durationUs);
    return [{ kind: 'received', at, index: null, ...NOTHING }];
  }
  return [];
}

function nameIn(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    const { name } = JSON.parse(text) as { readonly name?: unknown };
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}
