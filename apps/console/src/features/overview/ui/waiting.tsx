// What waits for people: the two inboxes, each with the way there.
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../../api/types.ts';
import { TimeLeft } from '../../approvals/ui/time-left.tsx';
import { count } from '../../log/model/verification.ts';
import { text } from '../text.ts';

export function Waiting({ approvals, changes }: Pick<Overview, 'approvals' | 'changes'>) {
  return (
    <section aria-label={text.waiting} className="min-w-0 border-t border-line px-4 py-3">
      <h2 className="eyebrow mb-1">{text.waiting}</h2>
      <ul className="space-y-1">
        <li>
          {approvals.pending === 0 ? (
            <span className="text-muted">{text.noApprovals}</span>
          ) : (
            <Link to="/approvals">{text.approvals(count(approvals.pending), approvals.isMore)}</Link>
          )}
          {approvals.nextExpiresAt !== null && (
            <span className="block text-muted">
              {text.firstExpires}
              <TimeLeft expiresAt={approvals.nextExpiresAt} />
            </span>
          )}
        </li>
        <li>
          {changes.pending === 0 ? (
            <span className="text-muted">{text.noChanges}</span>
          ) : (
            <Link to="/policies">{text.changes(count(changes.pending), changes.isMore)}</Link>
          )}
        </li>
      </ul>
    </section>
  );
}
