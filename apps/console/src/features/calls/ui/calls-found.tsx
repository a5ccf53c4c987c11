// The calls that were found, with what can be done with them. Draws itself anew as calls come and go, and nothing else of the page.
import type { RowSelectionState } from '@tanstack/react-table';
import {
  type FocusEvent,
  memo,
  type RefObject,
  useCallback,
  useDeferredValue,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useLiveStatus } from '../../../shell/live.tsx';
import type { CallList } from '../call-list.ts';
import { text } from '../text.ts';
import { useListState } from '../use-calls.ts';
import { useScrolledAway } from '../use-scrolled.ts';
import { CallRows } from './call-rows.tsx';
import { CallTools } from './call-tools.tsx';

interface Props {
  readonly list: CallList;
  readonly open: string | null;
  /** As the address says them; undefined: the usual ones. */
  readonly columns: string | undefined;
  /** How many calls there are in all, where that is known. */
  readonly total: number | null;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Where in what scrolls the rows begin. */
  readonly offset: number;
  readonly isReadable: boolean;
  /** Whether the chosen time is over: nothing comes any more. */
  readonly past: boolean;
  /** Whether anything is asked for but the newest calls. */
  readonly isNarrowed: boolean;
  readonly onClear: () => void;
}

export const CallsFound = memo(function CallsFound(props: Props) {
  const { list, open, columns, total, scroller, offset, isReadable, past, isNarrowed, onClear } = props;
  const state = useListState(list);
  // A screen full of new rows is drawn in pieces, between which the page answers.
  const drawn = useDeferredValue(state);
  const status = useLiveStatus();
  const [paused, setPaused] = useState(false);
  const [inRows, setInRows] = useState(false);
  const [picked, setPicked] = useState<RowSelectionState>({});
  const top = useRef<HTMLDivElement>(null);
  const away = useScrolledAway(top, scroller);
  const still = paused || away || inRows;
  useEffect(() => list.holdStill(still), [list, still]);
  // The keyboard stands in the rows: they must not move away under it.
  const track = (event: FocusEvent<HTMLElement>, inside: boolean): void => {
    if (event.target.hasAttribute('data-row')) setInRows(inside && event.target.matches(':focus-visible'));
  };
  const toTop = useCallback(() => top.current?.scrollIntoView({ block: 'start' }), []);
  return (
    <>
      <div ref={top} />
      <section aria-labelledby="calls-heading">
        <CallTools
          list={list}
          state={state}
          status={status}
          past={past}
          total={total}
          still={still}
          paused={paused}
          onPaused={setPaused}
          picked={Object.keys(picked)}
          onUnpick={() => setPicked({})}
          onTop={toTop}
        />
        {isReadable ? (
          <div onFocus={(event) => track(event, true)} onBlur={(event) => track(event, false)}>
            <CallRows
              list={list}
              state={drawn}
              open={open}
              columns={columns}
              total={total}
              picked={picked}
              onPicked={setPicked}
              scroller={scroller}
              offset={offset}
              isNarrowed={isNarrowed}
              onClear={onClear}
            />
          </div>
        ) : (
          <p className="px-4 py-6 text-center font-medium">{text.faultTitle}</p>
        )}
      </section>
    </>
  );
});
