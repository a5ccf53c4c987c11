// The pane beside the lists: one call or one request for approval.
import type { Session } from '../../../api/types.ts';
import { ApprovalView } from '../../approvals/ui/approval-view.tsx';
import { CallView } from '../../call/ui/call-view.tsx';
import type { Selection } from '../../selection/model/selection.ts';
import { text } from '../text.ts';

export function Inspector({
  selection,
  session,
}: {
  readonly selection: Selection;
  readonly session: Session;
}) {
  return (
    <section
      // A new selection starts at its top.
      key={selection.id}
      aria-label={selection.kind === 'call' ? text.call : text.approval}
      className="@container min-h-0 scroll-pt-12 overflow-y-auto border-line bg-surface lg:border-l"
    >
      {selection.kind === 'call' ? (
        <CallView id={selection.id} />
      ) : (
        <ApprovalView id={selection.id} session={session} />
      )}
    </section>
  );
}
