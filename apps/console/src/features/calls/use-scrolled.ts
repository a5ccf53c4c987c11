// Where the list stands in what scrolls.
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';

/** Whether `mark` was scrolled past: not merely pushed below the fold by what is above it. */
export function useScrolledAway(
  mark: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (mark.current === null) return undefined;
    const observer = new IntersectionObserver(
      (records) => {
        const record = records.at(-1);
        if (record === undefined) return;
        setAway(!record.isIntersecting && record.boundingClientRect.top < (record.rootBounds?.top ?? 0) + 1);
      },
      { root: scroller.current },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [mark, scroller]);
  return away;
}

/** Tools and the head of the table stand between what is above the list and its rows. */
const BETWEEN_PX = 69;

/** Where the rows begin below what stands above them, as that grows and shrinks. */
export function useOffset(head: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = head.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [head]);
  return height + BETWEEN_PX;
}
