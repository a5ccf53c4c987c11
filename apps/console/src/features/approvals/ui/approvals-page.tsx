// The requests for approval: those that wait, if wanted those that wait no more, and the one that is open.
import { Link, useSearch } from '@tanstack/react-router';
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { text } from '../text.ts';
import { usePendingApprovals } from '../use-approvals.ts';
import { ApprovalQueue } from './approval-queue.tsx';
import { ClosedApprovals } from './closed-approvals.tsx';

export function ApprovalsPage() {
  const { show } = useSearch({ from: '/approvals' });
  const open = useOpenId();
  const waiting = usePendingApprovals().data?.length ?? 0;
  return (
    <SplitPage base="/approvals" title={text.title(waiting)} pane={text.kind}>
      <ApprovalQueue selected={open} />
      {show === 'all' && <ClosedApprovals selected={open} />}
      <p className="px-4 py-3">
        <Link to="." search={show === 'all' ? {} : { show: 'all' as const }} replace>
          {show === 'all' ? text.hideClosed : text.showAll}
        </Link>
      </p>
    </SplitPage>
  );
}
