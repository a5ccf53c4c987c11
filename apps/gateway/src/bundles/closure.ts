// What the selected entries rest on, so that a bundle needs nothing else: the decision that an outcome follows, the
// policy set that decided, the approval that a call was allowed by, and the redactions that account for what is gone.
import type { EntryHeader } from '@countersign/audit';
import { archived, type Headers } from './headers.ts';
import type { RareEntries } from './rare.ts';
import type { ExportReaders } from './types.ts';

export interface Closure {
  /** Looks at an entry that is in; gives the indexes of those that it rests on. */
  readonly needs: (header: EntryHeader) => Promise<readonly number[]>;
}

export function createClosure(
  size: number,
  headers: Headers,
  rare: RareEntries,
  { approvals, exports }: Pick<ExportReaders, 'approvals' | 'exports'>,
): Closure {
  /** Entries about one approval up to `index`, back to the one that requested it; null where that is not on the way. */
  const approvalBefore = async (approval: string, index: number): Promise<number[] | null> => {
    const found: number[] = [];
    for await (const header of headers.back(index)) {
      if (approvalOf(header) !== approval) continue;
      found.push(header.index);
      if (header.kind === 'approval.requested') return found;
    }
    return null;
  };

  const approvalEntries = async (approval: string, index: number): Promise<readonly number[]> => {
    const own = await approvalBefore(approval, index);
    if (own !== null) return own;
    // A call may redeem what another call, of another chain, had asked for.
    const elsewhere = await approvals.get(approval);
    const head = elsewhere === null ? null : await exports.chainHead(elsewhere.chain);
    const found = head === null ? null : await approvalBefore(approval, head);
    const first = await headers.archivedTo();
    if (found === null && first > 0) throw archived(first - 1, first);
    return (found ?? []).filter((one) => one < size);
  };

  const earlierRounds = async ({ index, call }: EntryHeader<'call.decided'>): Promise<number[]> => {
    const found: number[] = [];
    for await (const header of headers.back(index)) {
      if (header.kind !== 'call.decided' || header.call !== call || header.index === index) continue;
      found.push(header.index);
      if (header.body.round === 1) break;
    }
    return found;
  };

  /** The decision that held the call for which approval was asked. */
  const decisionBefore = async ({ index, call }: EntryHeader): Promise<number[]> => {
    for await (const header of headers.back(index))
      if (header.kind === 'call.decided' && header.call === call) return [header.index];
    return [];
  };

  return {
    needs: async (header) => {
      switch (header.kind) {
        case 'call.decided': {
          const { policySet, approval, decision, round } = header.body;
          const activation = policySet === null ? null : rare.activation(policySet, header.index);
          const granted =
            approval === null || decision !== 'allow' ? [] : await approvalEntries(approval, header.index);
          const earlier = round > 1 ? await earlierRounds(header) : [];
          return [...(activation === null ? [] : [activation]), ...granted, ...earlier];
        }
        case 'call.completed':
        case 'call.unknown':
        case 'task.settled':
        case 'push.notified':
          return [header.body.decided];
        case 'approval.requested':
          return decisionBefore(header);
        case 'approval.reviewed':
        case 'approval.closed':
          return approvalEntries(header.body.approval, header.index);
        default:
          return [];
      }
    },
  };
}

/** The redactions that speak of any of these entries. */
export function redactionsOf(
  rare: RareEntries,
  included: { readonly isAnyIn: (first: number, last: number) => boolean },
): readonly number[] {
  return rare.redactions.flatMap(({ index, ranges }) =>
    ranges.some(({ first, last }) => included.isAnyIn(first, last)) ? [index] : [],
  );
}

function approvalOf(header: EntryHeader): string | null {
  switch (header.kind) {
    case 'approval.requested':
    case 'approval.reviewed':
    case 'approval.closed':
      return header.body.approval;
    default:
      return null;
  }
}
