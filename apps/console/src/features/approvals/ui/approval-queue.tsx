// Calls that wait for a person, most urgent first. Each is opened and decided one by one: there is no bulk approval.
import type { Approval } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { targetText } from '../../calls/model/wording.ts';
import { Link } from '@tanstack/react-router';
import { byUrgency, quorumText } from '../model/wording.ts';
import { summarizeParams } from '../../payload/model/params-summary.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { usePendingApprovals } from '../use-approvals.ts';
import { TimeLeft } from './time-left.tsx';
import { text } from '../text.ts';

const approvalRowId = (id: string): string => `row-${id}`;

export function ApprovalQueue({ selected }: { readonly selected: string | null }) {
  const pending = usePendingApprovals();
  const approvals = byUrgency(pending.data ?? []);
  return (
    <section aria-labelledby="approvals-heading" className="border-b border-line">
      <header className="flex h-11 items-center gap-2 px-4">
        <h2 id="approvals-heading" className="text-sm font-semibold">
          {text.heading}
        </h2>
        <p role="status" className="text-muted">
          {pending.data !== undefined && (approvals.length === 0 ? text.none : approvals.length)}
          <span className="sr-only">{text.count(approvals.length)}</span>
        </p>
      </header>
      <StateOf query={pending} failed={text.listFailed} loading={text.listLoading} />
      {pending.data?.length === 0 && <p className="px-4 pb-4 text-muted">{text.whenAny}</p>}
      {approvals.length > 0 && (
        <ul className="border-t border-line">
          {approvals.map((approval) => (
            <QueueRow key={approval.id} approval={approval} selected={approval.id === selected} />
          ))}
        </ul>
      )}
    </section>
  );
}

function QueueRow({ approval, selected }: { readonly approval: Approval; readonly selected: boolean }) {
  const approvers = approval.reviews.filter((review) => review.verdict === 'approve').length;
  return (
    <li
      className={`relative flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-2 last:border-b-0 ${selected ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}
    >
      <Icon name="hourglass" className="self-center text-hold" />
      <Link
        id={approvalRowId(approval.id)}
        to="/approvals/$approval"
        params={{ approval: approval.id }}
        search={true}
        aria-current={selected ? 'true' : undefined}
        className="min-w-0 flex-1 truncate text-ink after:absolute after:inset-0 hover:no-underline"
      >
        {approval.agent} <span className="text-muted">{text.wants}</span>{' '}
        <span className="font-medium">
          <PlainText text={targetText(approval)} />
        </span>{' '}
        <span className="ml-1.5 font-mono text-xs text-muted">
          <PlainText text={summarizeParams(approval.params)} />
        </span>
      </Link>
      <span className="text-muted">
        <span className="@max-4xl:hidden">{text.heldBy(approval.guards.map((guard) => guard.policy))}</span>
        {text.needs(quorumText(approval.guards), approvers)}
      </span>
      <TimeLeft expiresAt={approval.expiresAt} />
    </li>
  );
}
