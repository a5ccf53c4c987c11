// The list under its tools: the rows, and what stands in their place while there are none.
import type { RowSelectionState } from '@tanstack/react-table';
import { type Dispatch, memo, type RefObject, type SetStateAction } from 'react';
import { Empty, Failed, Loading } from '../../../ui/state.tsx';
import type { CallList, ListState } from '../call-list.ts';
import { Archived } from './archived.tsx';
import { text } from '../text.ts';
import { CallTable } from './call-table.tsx';

interface Props {
  readonly list: CallList;
  readonly state: ListState;
  readonly open: string | null;
  /** As the address says them; undefined: the usual ones. */
  readonly columns: string | undefined;
  readonly total: number | null;
  readonly picked: RowSelectionState;
  readonly onPicked: Dispatch<SetStateAction<RowSelectionState>>;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly offset: number;
  /** Whether anything is asked for but the newest calls. */
  readonly isNarrowed: boolean;
  readonly onClear: () => void;
}

export const CallRows = memo(function CallRows({
  list,
  state,
  open,
  columns,
  total,
  picked,
  onPicked,
  scroller,
  offset,
  isNarrowed,
  onClear,
}: Props) {
  const { status, window, archived, error, moreError, more } = state;
  if (status === 'failed' && error !== null)
    return <Failed what={text.failed} error={error} onRetry={list.reload} />;
  if (window.rows.length === 0) {
    if (status === 'loading') return <Loading what={text.loading} />;
    return isNarrowed ? (
      <Empty title={text.noMatchTitle}>
        <p>{text.noMatch}</p>
        <Archived archived={archived} />
        <button type="button" className="button mt-3" onClick={onClear}>
          {text.clear}
        </button>
      </Empty>
    ) : (
      <Empty title={text.emptyTitle}>
        <p>{text.empty}</p>
        <Archived archived={archived} />
      </Empty>
    );
  }
  return (
    <div aria-busy={status === 'loading'} className={status === 'loading' ? 'opacity-50' : ''}>
      <CallTable
        window={window}
        open={open}
        chosen={columns}
        total={total}
        picked={picked}
        onPicked={onPicked}
        scroller={scroller}
        offset={offset}
        onNearEnd={list.loadOlder}
        onNearStart={list.loadNewer}
      />
      {more !== null && <Loading what={text.loadingMore} />}
      {moreError !== null && <Failed what={text.moreFailed} error={moreError} onRetry={list.loadOlder} />}
      {window.isEnd && (
        <div className="px-4 py-3 text-center text-muted">
          <p>{text.end(window.rows.length)}</p>
          <Archived archived={archived} />
        </div>
      )}
    </div>
  );
});
