// Requests that wait no more: how each ended, and who said so.
import { Link } from '@tanstack/react-router';
import type { Approval } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { targetText } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { stateSign } from '../model/wording.ts';
import { text } from '../text.ts';
import { useClosedApprovals } from '../use-approvals.ts';

export function ClosedApprovals({ selected }: { readonly selected: string | null }) {
  const closed = useClosedApprovals();
  return (
    <section aria-labelledby="closed-heading">
      <h2 id="closed-heading" className="px-4 py-3 text-sm font-semibold">
        {text.closed}
      </h2>
      <StateOf query={closed} failed={text.listFailed} loading={text.listLoading} />
      {closed.data?.length === 0 && <p className="px-4 pb-4 text-muted">{text.noneClosed}</p>}
      <ul>
        {closed.data?.map((approval) => (
          <Row key={approval.id} approval={approval} isSelected={approval.id === selected} />
        ))}
      </ul>
    </section>
  );
}

function Row({ approval, isSelected }: { readonly approval: Approval; readonly isSelected: boolean }) {
  const reviewers = approval.reviews.map(({ reviewer }) => reviewer).join(', ');
  return (
    <li
      className={`relative flex flex-wrap items-baseline gap-x-3 border-t border-line px-4 py-1.5 ${isSelected ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}
    >
      <Badge sign={stateSign(approval)} />
      <Link
        id={`row-${approval.id}`}
        to="/approvals/$approval"
        params={{ approval: approval.id }}
        search={true}
        aria-current={isSelected ? 'true' : undefined}
        className="min-w-0 flex-1 truncate text-ink after:absolute after:inset-0 hover:no-underline"
      >
        {approval.agent} <span className="text-muted">{text.wanted}</span>{' '}
        <span className="font-medium">
          <PlainText text={targetText(approval)} />
        </span>
      </Link>
      {reviewers !== '' && (
        <span className="text-muted">
          {text.by}
          {reviewers}
        </span>
      )}
      <span className="text-muted">
        <Time iso={approval.decidedAt ?? approval.expiresAt} />
      </span>
    </li>
  );
}
