// The live list with its controls: pause, what waits, and whether it is live at all.
import { useEffect, useRef, useState, type FocusEvent } from 'react';
import { Icon } from '../../../ui/icon.tsx';
import { Empty, Failed, Loading } from '../../../ui/state.tsx';
import type { LiveCalls, LiveState } from '../live-calls.ts';
import { FEED_CAP } from '../model/feed.ts';
import { CallTable } from './call-table.tsx';
import { Liveness } from './liveness.tsx';
import { text } from '../text.ts';

interface Props {
  readonly live: LiveCalls;
  readonly state: LiveState;
  readonly selected: string | null;
}

export function CallList({ live, state, selected }: Props) {
  const [paused, setPaused] = useState(false);
  const [away, setAway] = useState(false);
  const [inRows, setInRows] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const still = paused || away || inRows;
  const { feed } = state;

  useEffect(() => live.holdStill(still), [live, still]);
  useEffect(() => {
    const sentinel = top.current;
    if (sentinel === null) return undefined;
    const observer = new IntersectionObserver((records) => {
      const record = records.at(-1);
      if (record === undefined) return;
      // Scrolled past, not merely pushed below the fold by a long queue above.
      setAway(!record.isIntersecting && record.boundingClientRect.top < (record.rootBounds?.top ?? 0) + 1);
    });
    observer.observe(sentinel);
    return () => observer.disconnect();
  }, []);

  const showWaiting = (): void => {
    live.showWaiting();
    top.current?.scrollIntoView({ block: 'start' });
  };
  // The keyboard stands in the rows: they must not move away under it.
  const track = (event: FocusEvent<HTMLElement>, inside: boolean): void => {
    if (event.target.hasAttribute('data-row')) setInRows(inside && event.target.matches(':focus-visible'));
  };

  return (
    <section aria-labelledby="calls-heading">
      <div ref={top} className="scroll-mt-2" />
      <header className="sticky top-0 z-20 flex h-11 items-center gap-2 border-b border-line bg-canvas px-4">
        <h2 id="calls-heading" className="text-sm font-semibold">
          {text.heading}
        </h2>
        <Liveness status={state.status} still={still} />
        <div className="flex-1" />
        {feed.waitingCount > 0 && (
          <button type="button" className="button button-primary min-h-7 rounded-full" onClick={showWaiting}>
            <Icon name="up" className="size-3.5" />
            {text.waiting(feed.waitingCount)}
          </button>
        )}
        <button
          type="button"
          className="button min-h-7"
          aria-pressed={paused}
          onClick={() => setPaused(!paused)}
        >
          <Icon name={paused ? 'play' : 'pause'} className="size-3.5" />
          {paused ? text.resume : text.pause}
        </button>
      </header>
      <p role="status" className="sr-only">
        {state.announcement}
      </p>
      {state.status === 'failed' && state.error !== null && (
        <Failed what={text.failed} error={state.error} onRetry={live.retry} />
      )}
      {state.status === 'loading' && feed.shown.length === 0 && <Loading what={text.loading} />}
      {state.status !== 'loading' && state.status !== 'failed' && feed.shown.length === 0 && (
        <Empty title={text.emptyTitle}>
          <p>{text.empty}</p>
        </Empty>
      )}
      {feed.shown.length > 0 && (
        <div onFocus={(event) => track(event, true)} onBlur={(event) => track(event, false)}>
          <CallTable calls={feed.shown} selected={selected} />
          {(state.older || feed.shown.length >= FEED_CAP) && (
            <p className="px-4 py-3 text-center text-muted">{text.older(feed.shown.length)}</p>
          )}
        </div>
      )}
    </section>
  );
}
