// What people search and look at: the projection of the log, with the entries behind a call.
import type { EntryBody, EntryHeader, Id } from '@countersign/audit';
import type { RowDifference } from '../../search/check-row.ts';
import type { CallQuery } from '../../search/query.ts';
import type { CallTallies, TallyAsk } from './tallies.ts';

type Decided = EntryBody<'call.decided'>;

type CallState = 'denied' | 'held' | 'open' | 'completed' | 'unknown';

/** One call. Names are null where the agent is not registered, personal fields where they were erased. */
export interface CallRecord {
  /** Counts calls from 0 without gaps, in the order of their first decisions. */
  readonly seq: number;
  readonly id: Id<'call'>;
  readonly chain: Id<'chain'>;
  readonly parent: Id<'call'> | null;
  readonly link: Decided['link'];
  readonly depth: number;
  readonly protocol: Decided['protocol'];
  readonly revision: Decided['revision'];
  readonly operation: Decided['operation'];
  readonly agentUid: Id<'agt'> | null;
  readonly agent: string | null;
  readonly owner: string | null;
  readonly team: string | null;
  readonly subject: string | null;
  readonly upstreamUid: Decided['upstream'];
  readonly upstream: string | null;
  readonly resource: string | null;
  /** Agent names, root first, caller last. */
  readonly agents: readonly string[];
  readonly decision: Decided['decision'];
  readonly reason: Decided['reason'];
  /** Ids of the determining policies and of the guards that matched. */
  readonly policies: readonly string[];
  readonly approval: Id<'apr'> | null;
  readonly sentence: string | null;
  readonly traceId: string | null;
  /** Labels that the call carried from its decision on, and those that its answer brought. */
  readonly labels: readonly string[];
  readonly brought: readonly string[];
  readonly state: CallState;
  readonly round: number;
  readonly outcome: EntryBody<'call.completed'>['outcome'] | null;
  readonly httpStatus: number | null;
  readonly durationUs: number | null;
  /** Index of the first decision: when the call came, and the order of every list. */
  readonly firstIndex: number;
  /** Index of the decision in force: the latest, if the call was decided again. */
  readonly decidedIndex: number;
  readonly endedIndex: number | null;
  /** Milliseconds since the epoch, here and below. */
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** Something that was made anew from the log while no gateway ran: the index of calls, or the tiles of the tree. */
export interface RebuildRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly of: 'calls' | 'tiles';
  /** How many entries it was made from, and how many of these came of it. */
  readonly entries: number;
  readonly made: number;
  /** Who did it; null where an earlier version did not say. */
  readonly by: string | null;
}

export interface CallPage {
  /** The newest first: in the order in which they came, whatever was decided about them later. */
  readonly calls: readonly CallRecord[];
  /** Give it as `before` to go on; null when there is nothing more. */
  readonly next: number | null;
}

/** How many calls a query finds: exact unless `isMore`, then of the newest so many. */
export interface CallCounts {
  readonly calls: number;
  readonly isMore: boolean;
  /** The values that occur most, the most frequent first. */
  readonly facets: readonly {
    readonly facet: keyof CallQuery;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
}

/** An entry as people read it. Values that are not UTF-8 show replacement characters: proofs come from the log. */
export interface EntryRecord {
  readonly header: EntryHeader;
  readonly leaf: string;
  readonly details: Readonly<Record<string, string>>;
  /** Names of details that the header commits to and that are no longer stored. */
  readonly erased: readonly string[];
  /** None of them can be read here, and nothing in the log was destroyed since: then the row of the call says what they said. */
  readonly isUntouched?: true;
}

export interface CallReader {
  page(
    query: CallQuery,
    options: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<CallPage>;
  /** The calls that came next after a place, the newest of them first. */
  pageAfter(query: CallQuery, options: { readonly limit: number; readonly after: number }): Promise<CallPage>;
  /** Counts at most 10,000 calls. */
  counts(query: CallQuery): Promise<CallCounts>;
  /** When the first and the last call of the stretch of time that a query names came; null where none did. */
  span(query: CallQuery): Promise<{ readonly first: number; readonly last: number } | null>;
  /** Counts all that a query finds, by the index. */
  tallies(query: CallQuery, ask: TallyAsk): Promise<CallTallies>;
  get(id: string): Promise<CallRecord | null>;
  /** The entries of one call, in log order: decisions, approvals, outcome, settled task. */
  entries(id: string): Promise<readonly EntryRecord[]>;
  /**
   * Where the row of a call differs from what the log says. Without `thorough` only the entries
   * that the row itself names are read; with it all of the call's.
   */
  differences(id: string, options: { readonly thorough: boolean }): Promise<readonly RowDifference[]>;
  /** All calls of a chain, the first decided first. */
  chain(chain: string): Promise<readonly CallRecord[]>;
  /** Rebuilds that are not in the log yet, the first of them first. */
  rebuilds(): Promise<readonly RebuildRecord[]>;
  /** Calls that were allowed and have no outcome yet, of one upstream or of all. */
  open(upstreamUid?: string): Promise<readonly CallRecord[]>;
  /** Whether any call to this upstream is open. */
  isAnyOpen(upstreamUid: string): Promise<boolean>;
}
