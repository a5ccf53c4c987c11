// Looking for calls: a query, a stretch of time and lists of values, all of which edit the address; and what it asks for.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { readColumns } from '../model/columns.ts';
import { valuesOf } from '../model/facets.ts';
import type { Range } from '../model/range.ts';
import { type Key, printQuery, type Query, readQuery, withoutTimes } from '../model/query.ts';
import { text } from '../text.ts';
import { useAsked, useCallList, useOtherValues, useTallies } from '../use-calls.ts';
import { CallActions } from './call-actions.tsx';
import { CallsFound } from './calls-found.tsx';
import { FacetList } from './facet-list.tsx';
import { OverTime } from './over-time.tsx';
import { QueryBar } from './query-bar.tsx';
import { RangePicker } from './range-picker.tsx';
import { useOffset } from '../use-scrolled.ts';

export function Explorer({ open }: { readonly open: string | null }) {
  const { q = '', columns: said, ...range } = useSearch({ from: '/calls' });
  // What the address says otherwise than the page would write it is handed on as it is.
  const columns = readColumns(said);
  const navigate = useNavigate();
  const [typed, setTyped] = useState({ of: q, draft: q });
  const draft = typed.of === q ? typed.draft : q;
  const { query, faults } = useMemo(() => readQuery(q), [q]);
  const draftRead = useMemo(() => readQuery(draft), [draft]);
  const asked = useAsked(query, range);
  const isReadable = faults.length === 0;
  const list = useCallList(isReadable ? asked : null);
  const tallies = useTallies(isReadable ? asked : null, list);
  const others = useOtherValues(isReadable ? asked : null);

  const [isFiltering, setFiltering] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const offset = useOffset(head);

  const go = useCallback(
    (to: { readonly q?: string } & Range): void =>
      // Whatever is asked for, it is looked at in the same columns.
      void navigate({ to: '.', search: { ...to, ...(columns !== undefined && { columns }) } }),
    [navigate, columns],
  );
  const clear = useCallback(() => go({}), [go]);
  const brush = useCallback((from: string, to: string) => go({ ...(q !== '' && { q }), from, to }), [go, q]);
  const ask = (next: string): void => {
    const { whole, times } = withoutTimes(next.trim());
    // What was typed for an earlier address must not come back with it.
    setTyped({ of: whole, draft: whole });
    go({ ...(whole === '' ? {} : { q: whole }), ...(times ?? range) });
  };
  /** What was typed and can be read is kept; what cannot is left to be mended. */
  const edit = (next: Query): void => ask(printQuery(next));
  const edited = draftRead.faults.length === 0 ? draftRead.query : query;
  const { data } = tallies;
  const valuesFor = useCallback(
    (key: Key) => {
      const counted = others.get(key) ?? data;
      return counted === undefined ? [] : valuesOf(key, counted);
    },
    [others, data],
  );
  const facets = data !== undefined && (
    <FacetList query={edited} tallies={data} others={others} onQuery={edit} />
  );

  return (
    // Its ground is its own, the same as below: what lies on one that is not opaque is painted anew with every step of the wheel, where text is
    // smoothed by subpixels, and whether it is to be scrolled at all waits for the page.
    <div ref={scroller} className="h-full scroll-pt-20 overflow-y-auto bg-canvas">
      <div className="@5xl:grid @5xl:grid-cols-[15rem_minmax(0,1fr)]">
        <aside
          aria-label={text.filters}
          className="sticky top-0 hidden h-[calc(100dvh-3rem)] overflow-y-auto border-r border-line @5xl:block"
        >
          {tallies.isPending && isReadable && <Loading what={text.filters} />}
          {facets}
        </aside>
        <div className="min-w-0">
          <div ref={head}>
            <div className="space-y-2 px-4 pt-3 pb-2">
              <QueryBar
                draft={draft}
                faults={draftRead.faults}
                valuesFor={valuesFor}
                onDraft={(next) => setTyped({ of: q, draft: next })}
                onAsk={() => (draftRead.faults.length === 0 ? ask(draft) : undefined)}
              />
              <div className="flex flex-wrap items-center gap-2">
                <RangePicker range={range} onRange={(next) => go({ ...(q !== '' && { q }), ...next })} />
                <CallActions
                  asked={isReadable ? asked : null}
                  total={data?.total.calls ?? null}
                  columns={columns}
                  onFilters={() => setFiltering(true)}
                />
              </div>
            </div>
            {tallies.isError && (
              <Failed what={text.countsFailed} error={tallies.error} onRetry={() => void tallies.refetch()} />
            )}
            <OverTime tallies={data} isOld={tallies.isPlaceholderData} onRange={brush} />
          </div>
          <CallsFound
            list={list}
            open={open}
            columns={columns}
            total={data?.total.calls ?? null}
            scroller={scroller}
            offset={offset}
            isReadable={isReadable}
            past={asked.to !== null}
            isNarrowed={asked.q !== null || asked.from !== null || asked.to !== null}
            onClear={clear}
          />
        </div>
      </div>
      <Dialog open={isFiltering} onClose={() => setFiltering(false)} title={text.filters} side="left">
        {facets}
      </Dialog>
    </div>
  );
}
