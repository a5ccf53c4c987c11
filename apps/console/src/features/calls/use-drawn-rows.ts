// Which rows of the list are drawn, as it is scrolled. All are as high as one of them, so that where each stands is a product.
import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from 'react';
import { defer } from '../../timers.ts';
import { drawnRows, stepOf } from './model/drawn-rows.ts';

interface List {
  readonly scroller: RefObject<HTMLElement | null>;
  /** Where in what scrolls the rows begin. */
  readonly offset: number;
  readonly rowPx: number;
  readonly count: number;
}

interface Drawn {
  /** From this row on, and up to, not including, that one. */
  readonly from: number;
  readonly to: number;
  /** The first row that was seen when the list last stood still. */
  readonly first: number;
  /** Scrolls as little as shows all of a row. */
  readonly show: (row: number) => void;
}

/** What stands over the rows while they scroll: the tools and the head of the table. */
const COVERED_PX = 72;
const STILL_MS = 150;

/** What scrolls has `data-moving` as long as it does. */
export function useDrawnRows({ scroller, offset, rowPx, count }: List): Drawn {
  const [{ step, fit }, setSeen] = useState({ step: 0, fit: 0 });
  const [first, setFirst] = useState(0);
  const firstSeen = useCallback(
    (element: HTMLElement) => Math.max(0, Math.floor((element.scrollTop - offset) / rowPx)),
    [offset, rowPx],
  );
  const look = useCallback((): void => {
    const element = scroller.current;
    if (element === null) return;
    const now = { step: stepOf(firstSeen(element)), fit: Math.ceil(element.clientHeight / rowPx) };
    setSeen((seen) => (seen.step === now.step && seen.fit === now.fit ? seen : now));
  }, [scroller, firstSeen, rowPx]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let cancel = (): void => undefined;
    const rest = (): void => {
      delete element.dataset['moving'];
      setFirst(firstSeen(element));
    };
    const onScroll = (): void => {
      look();
      element.dataset['moving'] = '';
      cancel();
      cancel = defer(rest, STILL_MS);
    };
    look();
    rest();
    element.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      cancel();
      delete element.dataset['moving'];
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scroller, look, firstSeen]);

  const show = useCallback(
    (row: number): void => {
      const element = scroller.current;
      if (element === null) return;
      const top = offset + row * rowPx;
      const least = top + rowPx - element.clientHeight;
      element.scrollTop = Math.max(least, Math.min(top - COVERED_PX, element.scrollTop));
      // Not left to the event: it comes a frame later.
      look();
    },
    [scroller, offset, rowPx, look],
  );
  return useMemo(() => {
    const { from, to } = drawnRows(step, fit, count);
    return { from, to, first: Math.max(from, Math.min(first, to - 1)), show };
  }, [step, fit, count, first, show]);
}
