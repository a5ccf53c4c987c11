// The rows of the list: a real table of which only what is seen is drawn; one Tab stop, moved through with j/k, the arrows,
// Home and End. Space or x picks a row for comparing.
import { type RowSelectionState, useTable } from '@tanstack/react-table';
import {
  type Dispatch,
  Fragment,
  type KeyboardEvent,
  memo,
  type RefObject,
  type SetStateAction,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useSingleKeys } from '../../../shell/use-shortcuts.ts';
import { gatewayNow } from '../../time/clock.ts';
import { isSameDay } from '../../time/model/format.ts';
import { useZone } from '../../time/zone.ts';
import type { CallWindow } from '../model/call-window.ts';
import { withKept } from '../model/drawn-rows.ts';
import { rowAfterKey } from '../model/roving.ts';
import { useCallLinks } from '../use-call-links.ts';
import { useDrawnRows } from '../use-drawn-rows.ts';
import { useRowHeight } from '../use-row-height.ts';
import { CallHref, columns, features, rowId } from './call-columns.tsx';
import { drawnColumns, looksOf } from './call-look.ts';
import { CallRow } from './call-row.tsx';

interface Props {
  readonly window: CallWindow;
  readonly open: string | null;
  /** As the address says them; undefined: the usual ones. */
  readonly chosen: string | undefined;
  /** How many calls there are in all, where that is known. */
  readonly total: number | null;
  readonly picked: RowSelectionState;
  readonly onPicked: Dispatch<SetStateAction<RowSelectionState>>;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Where in what scrolls the table begins. */
  readonly offset: number;
  readonly onNearEnd: () => void;
  readonly onNearStart: () => void;
}

/** Rows from the end on, the next page is fetched, counted from what is drawn: fast wheels pass some fifty while it comes. */
const NEAR = 48;
const MOST_PICKED = 2;

export const CallTable = memo(function CallTable(props: Props) {
  const { window: held, open, chosen, total, picked, onPicked, scroller, offset } = props;
  const { onNearEnd, onNearStart } = props;
  const { rows: calls, above, isEnd } = held;
  const [current, setCurrent] = useState<string | null>(null);
  const hasSingleKeys = useSingleKeys();
  const { hrefOf, follow } = useCallLinks();
  const body = useRef<HTMLTableSectionElement>(null);
  const rowPx = useRowHeight(body);
  const currentAt = useMemo(() => calls.findIndex(({ id }) => id === current), [calls, current]);
  const { from, to, first, show } = useDrawnRows({ scroller, offset, rowPx, count: above + calls.length });
  const drawn = useMemo(
    () => withKept({ from, to }, currentAt < 0 ? -1 : above + currentAt),
    [from, to, above, currentAt],
  );
  const oldest = calls.at(-1);
  const zone = useZone();
  const isDated = oldest !== undefined && !isSameDay(oldest.startedAt, zone, gatewayNow());
  const looks = useMemo(() => looksOf(chosen, isDated), [chosen, isDated]);
  const columnVisibility = useMemo(() => drawnColumns(chosen), [chosen]);
  const table = useTable({
    features,
    columns,
    // Only what is drawn: what a table makes of each of its rows would be made of all that are held.
    data: useMemo(() => drawn.flatMap((index) => calls[index - above] ?? []), [drawn, calls, above]),
    getRowId: ({ id }) => id,
    state: { rowSelection: picked, columnVisibility },
    onRowSelectionChange: onPicked,
    enableRowSelection: ({ id }) => picked[id] === true || Object.keys(picked).length < MOST_PICKED,
  });
  const { rowsById } = table.getRowModel();
  useEffect(() => {
    if (!isEnd && to >= above + calls.length - NEAR) onNearEnd();
  }, [isEnd, to, above, calls.length, onNearEnd]);
  useEffect(() => {
    if (above > 0 && from < above + NEAR) onNearStart();
  }, [from, above, onNearStart]);

  const reachable = currentAt >= 0 ? current : (calls[Math.max(0, first - above)]?.id ?? null);
  const move = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey || !(event.target instanceof HTMLAnchorElement))
      return;
    const { key } = event;
    if (key.length === 1 && key !== ' ' && !hasSingleKeys) return;
    if ((key === ' ' || key === 'x') && current !== null) {
      event.preventDefault();
      const row = rowsById[current];
      if (row?.getCanSelect() === true) row.toggleSelected();
      return;
    }
    const next = rowAfterKey(
      calls.map(({ id }) => id),
      current,
      key,
    );
    if (next === null) return;
    event.preventDefault();
    show(above + calls.findIndex(({ id }) => id === next));
    focusSoon(rowId(next), 5);
  };

  const after = above + calls.length - 1 - (drawn.at(-1) ?? -1);
  return (
    <table
      aria-labelledby="calls-heading"
      aria-rowcount={total === null ? -1 : total + 1}
      className="w-full border-separate border-spacing-0 text-left"
    >
      <thead className="sticky top-11 z-10">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} aria-rowindex={1}>
            {group.headers.map((header) => (
              <th
                key={header.id}
                scope="col"
                className={`static ${looks[header.id]?.head ?? ''}`}
                style={looks[header.id]?.style}
              >
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody
        ref={body}
        // Browsers scroll along with rows that are pushed down: whoever was led to the new ones, or follows them, would be led away.
        className="[overflow-anchor:none]"
        onClick={follow}
        onKeyDown={move}
        onFocus={({ target }) => setCurrent(target.getAttribute('data-row') ?? current)}
      >
        <CallHref value={hrefOf}>
          {drawn.map((index, at) => {
            const row = rowsById[calls[index - above]?.id ?? ''];
            // What is not drawn takes its place: above what is, and between that and the row where the keyboard stands.
            const between = index - (drawn[at - 1] ?? -1) - 1;
            return (
              <Fragment key={row?.id ?? index}>
                <Space height={between * rowPx} />
                {row === undefined ? (
                  <Unread />
                ) : (
                  <CallRow
                    row={row}
                    index={index}
                    isOpen={row.id === open}
                    isReachable={row.id === reachable}
                    isPicked={row.getIsSelected()}
                    canPick={row.getCanSelect()}
                    looks={looks}
                  />
                )}
              </Fragment>
            );
          })}
          <Space height={after * rowPx} />
        </CallHref>
      </tbody>
    </table>
  );
});

const Space = ({ height }: { readonly height: number }) =>
  height <= 0 ? null : (
    <tr aria-hidden="true">
      <td colSpan={columns.length} style={{ height }} />
    </tr>
  );

const Unread = () => (
  <tr aria-hidden="true" className="bg-surface">
    <td colSpan={columns.length} className="cell">
      <div className="h-5 py-1">
        <div className="pulse h-3 w-3/5 rounded bg-line" />
      </div>
    </td>
  </tr>
);

/** A row that was just scrolled to is drawn a moment later. */
function focusSoon(id: string, tries: number): void {
  const row = document.getElementById(id);
  if (row !== null) row.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusSoon(id, tries - 1));
}
