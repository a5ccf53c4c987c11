// The pane beside the lists: one call, one request for approval, one proposed change, or the policies.
import type { Session } from '../../../api/types.ts';
import { ApprovalView } from '../../approvals/ui/approval-view.tsx';
import { CallView } from '../../call/ui/call-view.tsx';
import { ChangeView } from '../../changes/ui/change-view.tsx';
import { PoliciesView } from '../../policies/ui/policies-view.tsx';
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
      aria-label={text[selection.kind]}
      className="@container min-h-0 scroll-pt-12 overflow-y-auto border-line bg-surface lg:border-l"
    >
      <Open selection={selection} session={session} />
    </section>
  );
}

function Open({ selection, session }: { readonly selection: Selection; readonly session: Session }) {
  switch (selection.kind) {
    case 'call':
      return <CallView id={selection.id} />;
    case 'approval':
      return <ApprovalView id={selection.id} session={session} />;
    case 'change':
      return <ChangeView id={selection.id} session={session} />;
    case 'view':
      return <PoliciesView />;
  }
}
