// Which rows of the list are drawn, as it is scrolled. All are as high as one of them.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useState } from 'react';
import { drawnRows } from './model/drawn-rows.ts';

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

/** What scrolls has `data-moving` as long as it does. */
export function useDrawnRows({ scroller, offset, rowPx, count }: List): Drawn {
  const list = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    scrollMargin: offset,
    scrollPaddingStart: COVERED_PX,
    // What is drawn beyond what is seen is seen before the next is drawn: nobody has to wait for it.
    useFlushSync: false,
  });
  useEffect(() => list.measure(), [list, rowPx]);

  const { isScrolling } = list;
  const seen = list.calculateRange()?.startIndex ?? 0;
  const [still, setStill] = useState(0);
  useEffect(() => {
    scroller.current?.toggleAttribute('data-moving', isScrolling);
    if (!isScrolling) setStill(seen);
  }, [scroller, isScrolling, seen]);

  const fit = Math.ceil((list.scrollRect?.height ?? 0) / rowPx);
  const { from, to } = drawnRows(seen, fit, count);
  const first = Math.max(from, Math.min(still, to - 1));
  return { from, to, first, show: (row) => list.scrollToIndex(row) };
}
