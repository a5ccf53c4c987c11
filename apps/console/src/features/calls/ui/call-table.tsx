// The rows of the list: a real table of which only what is seen is drawn; one Tab stop, moved through with j/k, the arrows,
// Home and End. Space or x picks a row for comparing.
import { type RowSelectionState, useTable } from '@tanstack/react-table';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  type Dispatch,
  type KeyboardEvent,
  type RefObject,
  type SetStateAction,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { useSingleKeys } from '../../../shell/use-shortcuts.ts';
import type { CallWindow } from '../model/call-window.ts';
import { rowAfterKey } from '../model/roving.ts';
import { columns, features, LOOK, rowId, Rows } from './call-columns.tsx';

interface Props {
  readonly window: CallWindow;
  readonly open: string | null;
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

const ROW_PX = 31;
/** What stands over the rows while they scroll: the tools and the head of the table. */
const COVERED_PX = 72;
const NEAR = 25;
const MOST_PICKED = 2;

export function CallTable(props: Props) {
  const { window: held, open, total, picked, onPicked, scroller, offset, onNearEnd, onNearStart } = props;
  const { rows: calls, above, isEnd } = held;
  const [current, setCurrent] = useState<string | null>(null);
  const hasSingleKeys = useSingleKeys();
  const table = useTable({
    features,
    columns,
    data: calls,
    getRowId: ({ id }) => id,
    state: { rowSelection: picked },
    onRowSelectionChange: onPicked,
    enableRowSelection: ({ id }) => picked[id] === true || Object.keys(picked).length < MOST_PICKED,
  });
  const { rows } = table.getRowModel();
  const currentAt = useMemo(() => calls.findIndex(({ id }) => id === current), [calls, current]);
  const virtual = useVirtualizer({
    count: above + rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index - above]?.id ?? index,
    overscan: 12,
    scrollMargin: offset,
    scrollPaddingStart: COVERED_PX,
    // Where the keyboard stands is not taken away from under it.
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      return currentAt < 0 ? seen : [...new Set([...seen, above + currentAt])].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [virtual.range?.startIndex ?? 0, virtual.range?.endIndex ?? 0];
  useEffect(() => {
    if (!isEnd && last >= above + rows.length - NEAR) onNearEnd();
  }, [isEnd, last, above, rows.length, onNearEnd]);
  useEffect(() => {
    if (above > 0 && first < above + NEAR) onNearStart();
  }, [first, above, onNearStart]);

  const reachable = currentAt >= 0 ? current : (rows[Math.max(0, first - above)]?.id ?? null);
  const move = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey || !(event.target instanceof HTMLAnchorElement))
      return;
    const { key } = event;
    if (key.length === 1 && key !== ' ' && !hasSingleKeys) return;
    if ((key === ' ' || key === 'x') && current !== null) {
      event.preventDefault();
      const row = rows[currentAt];
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
    virtual.scrollToIndex(above + calls.findIndex(({ id }) => id === next));
    focusSoon(rowId(next), 5);
  };

  const [before, after] = spaces(items, offset, virtual.getTotalSize());
  return (
    <Rows value={useMemo(() => ({ open, reachable }), [open, reachable])}>
      <table
        aria-labelledby="calls-heading"
        aria-rowcount={total === null ? -1 : total + 1}
        className="w-full border-separate border-spacing-0 text-left"
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <th key={header.id} scope="col" className={LOOK[header.id]?.head}>
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody
          onKeyDown={move}
          onFocus={({ target }) => setCurrent(target.getAttribute('data-row') ?? current)}
        >
          <Space height={before} />
          {items.map(({ index, key }) => {
            const row = rows[index - above];
            if (row === undefined) return <Unread key={key} />;
            return (
              <tr
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
                className={`relative ${row.id === open || row.getIsSelected() ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}
              >
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} className={LOOK[cell.column.id]?.cell}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          <Space height={after} />
        </tbody>
      </table>
    </Rows>
  );
}

/** What rows that are not drawn would take, before and after those that are. */
function spaces(
  items: readonly { readonly start: number; readonly end: number }[],
  offset: number,
  size: number,
): readonly [number, number] {
  return [(items[0]?.start ?? offset) - offset, size + offset - (items.at(-1)?.end ?? offset + size)];
}

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
