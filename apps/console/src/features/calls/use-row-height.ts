// How high a row of the list is. None wraps, so that all are as high as one of them.
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Until one is drawn. */
const ROW_PX = 35;

/** Measured when the list becomes wider, narrower or longer: what rows hold depends on its width. */
export function useRowHeight(body: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(ROW_PX);
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const row = element.querySelector('tr[data-index]');
      if (row !== null) setHeight(row.getBoundingClientRect().height);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [body]);
  return height;
}
