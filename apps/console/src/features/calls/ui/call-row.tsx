// A row of the list. What stands in it is drawn once, and again only when its call moves on, it is picked or other columns are chosen:
// not as the list is scrolled, or as rows come above it.
import type { Row } from '@tanstack/react-table';
import { flexRender } from '@tanstack/react-table';
import { memo } from 'react';
import type { Call } from '../../../api/types.ts';
import { type features, Standing } from './call-columns.tsx';
import type { Looks } from './call-look.ts';

interface CellProps {
  readonly row: Row<typeof features, Call>;
  readonly isPicked: boolean;
  readonly canPick: boolean;
  readonly looks: Looks;
}

interface Props extends CellProps {
  /** Where in the whole list it stands, from 0. */
  readonly index: number;
  readonly isOpen: boolean;
  readonly isReachable: boolean;
}

export const CallRow = memo(
  function CallRow({ index, isOpen, isReachable, ...cells }: Props) {
    const standing = isOpen ? (isReachable ? 'open reachable' : 'open') : isReachable ? 'reachable' : '';
    return (
      <tr
        data-index={index}
        aria-rowindex={index + 2}
        // While rows pass under the pointer, none is told from the others: each would be painted twice.
        className={`relative ${isOpen || cells.isPicked ? 'bg-selected' : 'bg-surface not-in-data-moving:hover:bg-hover'}`}
      >
        <Standing value={standing}>
          <Cells {...cells} />
        </Standing>
      </tr>
    );
  },
  (a, b) =>
    a.index === b.index && a.isOpen === b.isOpen && a.isReachable === b.isReachable && isSameRow(a, b),
);

const Cells = memo(function Cells({ row, looks }: CellProps) {
  return row.getVisibleCells().map((cell) => (
    <td key={cell.id} className={looks[cell.column.id]?.cell}>
      {flexRender(cell.column.columnDef.cell, cell.getContext())}
    </td>
  ));
}, isSameRow);

/** A table makes its rows anew whenever its data change; a call that did not is the same object. */
function isSameRow(a: CellProps, b: CellProps): boolean {
  return (
    a.row.original === b.row.original &&
    a.isPicked === b.isPicked &&
    a.canPick === b.canPick &&
    a.looks === b.looks
  );
}
