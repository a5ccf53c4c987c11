// The requests for approval: those that wait and, beside them, the one that is open.
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { text } from '../text.ts';
import { usePendingApprovals } from '../use-approvals.ts';
import { ApprovalQueue } from './approval-queue.tsx';

export function ApprovalsPage() {
  const waiting = usePendingApprovals().data?.length ?? 0;
  return (
    <SplitPage base="/approvals" title={text.title(waiting)} pane={text.kind}>
      <ApprovalQueue selected={useOpenId()} />
    </SplitPage>
  );
}
