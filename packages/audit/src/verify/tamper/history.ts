// Random histories, sealed by the real sealer: what a gateway may have recorded, as a list of acts of one or more entries
// each, so that an adversary can take out, repeat or move whole acts. For tests only.

import * as fc from 'fast-check';
import { type Id, newId } from '../../ids.ts';
import { digestOf } from '../../sha256.ts';
import { completed, decided, type LogBuilder, openLog } from '../../testing/log-builder.ts';

const DEEDS = ['answered', 'denied', 'lost', 'given up', 'approved', 'policy', 'shown'] as const;

interface Act {
  readonly does: (typeof DEEDS)[number];
  readonly chain: 0 | 1 | null;
  readonly text: string;
}

export interface History {
  readonly log: LogBuilder;
  /** Where act `i` begins; the last one is the size of the log. Entry 0 opens the log and is of no act. */
  readonly bounds: readonly number[];
}

const anyAct: fc.Arbitrary<Act> = fc.record({
  does: fc.constantFrom(...DEEDS),
  chain: fc.constantFrom(0, 1, null),
  text: fc.string({ maxLength: 12 }),
});

export const anyActs: fc.Arbitrary<readonly Act[]> = fc.array(anyAct, { minLength: 4, maxLength: 9 });

/** The same acts make another history each time: ids and salts are new. */
export function historyOf(acts: readonly Act[]): History {
  const log = openLog();
  const chains = [newId('chain'), newId('chain')] as const;
  const bounds = [log.entries.length];
  for (const { does, chain, text } of acts) {
    perform(log, does, chain === null ? null : chains[chain], text);
    bounds.push(log.entries.length);
  }
  return { log, bounds };
}

function perform(log: LogBuilder, does: Act['does'], chain: Id<'chain'> | null, text: string): void {
  const call = newId('call');
  const of = { call, agent: null, chain };
  const decide = (body: Parameters<typeof decided>[1]): number => {
    const draft = decided(call, body, chain);
    return log.add({ ...draft, details: { ...draft.details, request: text } });
  };
  switch (does) {
    case 'answered':
      log.add(completed(call, decide({}), 'ok', chain));
      break;
    case 'denied':
      decide({ decision: 'deny', reason: 'no_permit' });
      break;
    case 'lost':
      log.add({ ...of, kind: 'call.unknown', body: { reason: 'restart', decided: decide({}) }, details: {} });
      break;
    case 'given up':
      log.add(completed(call, decide({ decision: 'hold', reason: 'guarded' }), 'aborted', chain));
      break;
    case 'approved': {
      const approval = newId('apr');
      decide({ decision: 'hold', reason: 'guarded', approval });
      const asked = { approval, quorum: 1, expiresAt: 9 };
      log.add({ ...of, kind: 'approval.requested', body: asked, details: { guards: '[]', shown: text } });
      const verdict = { approval, verdict: 'approve', reviewer: newId('usr'), state: 'approved' } as const;
      log.add({ ...of, kind: 'approval.reviewed', body: verdict, details: { reason: text } });
      log.add(completed(call, decide({ round: 2, reason: 'grant_redeemed', approval }), 'ok', chain));
      break;
    }
    case 'policy': {
      const body = {
        set: digestOf(text),
        previous: null,
        schema: null,
        cause: 'published',
        change: null,
      } as const;
      const nobody = { call: null, agent: null, chain: null };
      log.add({
        kind: 'policy.activated',
        ...nobody,
        body,
        details: { sources: `[${JSON.stringify(text)}]` },
      });
      break;
    }
    case 'shown': {
      const body = { of: 'details', count: 1, user: newId('usr') } as const;
      log.add({ kind: 'log.read', call: null, agent: null, chain: null, body, details: { query: text } });
    }
  }
}
