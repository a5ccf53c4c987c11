// The calls that an address asks for: their list, and how they stand.
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { fetchCalls, fetchCallTallies } from '../../api/client.ts';
import type { CallTallies } from '../../api/types.ts';
import { useLiveEntries } from '../../shell/live.tsx';
import { defer } from '../../timers.ts';
import { gatewayNow } from '../time/clock.ts';
import { type Ask, type CallList, createCallList, type ListState, PAGE } from './call-list.ts';
import { FACETS, facetsAsked } from './model/facets.ts';
import { both, boundsOf, type Range } from './model/range.ts';
import {
  isOnlyOf,
  type Key,
  matcherOf,
  type Query,
  timesOf,
  untimed,
  untimedText,
  without,
} from './model/query.ts';

/** What the API is asked with: absent, not null. */
const given = (members: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );

export interface Asked {
  readonly query: Query;
  /** As the API takes it, without times; null: every call. */
  readonly q: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** What an address asks for; a stretch that ends now begins where it did when it was asked for. */
export function useAsked(query: Query, { last, from, to }: Range): Asked {
  const [q, times] = [untimedText(query), timesOf(query)];
  return useMemo(() => {
    const range = { ...(last && { last }), ...(from && { from }), ...(to && { to }) };
    return { query: untimed(query), q, ...both(boundsOf(range, gatewayNow()), times) };
    // The query is another one whenever its text is.
  }, [q, times.from, times.to, last, from, to]);
}

/** The list; it asks nothing while `asked` is null, and fetches nothing until somebody looks at its state. */
export function useCallList(asked: Asked | null): CallList {
  const entries = useLiveEntries();
  const [list] = useState(() =>
    createCallList({
      loadPage: ({ q, from, to }, { at = null, direction = null }, signal) =>
        fetchCalls({ ...given({ q, from, to, at, direction }), limit: String(PAGE) }, signal),
      listen: entries.listen,
      streamFrom: entries.from,
      defer,
    }),
  );
  useEffect(() => {
    if (asked !== null) list.ask(askOf(asked));
  }, [list, asked]);
  return list;
}

/** How the list stands, many times a second while calls come: for what shows it, not for what stands around it. */
export const useListState = (list: CallList): ListState => useSyncExternalStore(list.subscribe, list.state);

function askOf({ query, q, from, to }: Asked): Ask {
  const isMatch = matcherOf(query);
  const [least, most] = [from === null ? null : Date.parse(from), to === null ? null : Date.parse(to)];
  const isInTime = (startedAt: string): boolean => {
    const time = Date.parse(startedAt);
    return (least === null || time >= least) && (most === null || time < most);
  };
  return { q, from, to, isWanted: (call) => isInTime(call.startedAt) && isMatch(call) };
}

/** At most so often while calls come: counting all of them is work for the gateway. */
const RECOUNT_MS = 10_000;

const BARS = '60';

/** How the calls stand, over time and by value. Counted anew, now and then, while calls come. */
export function useTallies(asked: Asked | null, list: CallList) {
  const { q = null, from = null, to = null } = asked ?? {};
  const countedAt = useRecounts(list);
  return useQuery({
    queryKey: ['tallies', q, from, to, countedAt],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      fetchCallTallies({ ...given({ q, from, to }), facets: facetsAsked(FACETS), buckets: BARS }, signal),
  });
}

/** How many arrivals were counted: another number whenever it is time to count anew. */
function useRecounts(list: CallList): number {
  const [counted, setCounted] = useState(() => list.state().arrivals);
  useEffect(() => {
    let cancel: (() => void) | null = null;
    const look = (): void => {
      // Not put off by every further arrival: the first one starts the wait.
      if (cancel !== null || list.state().arrivals === counted) return;
      cancel = defer(() => setCounted(list.state().arrivals), RECOUNT_MS);
    };
    look();
    const leave = list.subscribe(look);
    return () => {
      leave();
      cancel?.();
    };
  }, [list, counted]);
  return counted;
}

/** The same for each key that the query speaks of, without what it says of it: what it might say instead. */
export function useOtherValues(asked: Asked | null) {
  const spokenOf = FACETS.filter(({ key }) => asked?.query.some((clause) => isOnlyOf(clause, key)));
  return useQueries({
    queries: spokenOf.map((facet) => {
      const q = untimedText(without(asked?.query ?? [], facet.key));
      const { from = null, to = null } = asked ?? {};
      return {
        queryKey: ['tallies', q, from, to, facet.key],
        placeholderData: keepPreviousData,
        staleTime: RECOUNT_MS,
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          fetchCallTallies({ ...given({ q, from, to }), facets: facetsAsked([facet]), buckets: '2' }, signal),
      };
    }),
    combine: (results) =>
      new Map<Key, CallTallies>(
        results.flatMap(({ data }, at) => {
          const key: Key | undefined = spokenOf[at]?.key;
          return key === undefined || data === undefined ? [] : [[key, data] as const];
        }),
      ),
  });
}
