// How the policies stand, in one line, and the way to change them.
import { Link } from '@tanstack/react-router';
import type { Policies } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { text } from '../text.ts';

export function Standing({ policies }: { readonly policies: Policies }) {
  const { active, degraded } = policies;
  const mayDraft = useMay('policy_author', 'approver', 'admin');
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-canvas px-4 py-1.5">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <Badge
          sign={
            active === null
              ? { tone: 'deny', label: text.none }
              : degraded
                ? { tone: 'warn', label: text.degraded }
                : { tone: 'allow', label: text.well }
          }
        />
        <p className="min-w-0 flex-1 text-muted wrap-anywhere">
          {active === null ? text.noneWhy : reviewText(policies.publishing)}
        </p>
        {mayDraft && (
          <Link to="/policies/draft" className="button text-ink hover:no-underline">
            {text.edit}
          </Link>
        )}
      </div>
    </header>
  );
}

const reviewText = ({ closed, group, quorum }: Policies['publishing']): string =>
  closed !== null
    ? text.review.closed(closed)
    : group === null
      ? text.review.off
      : text.review.by(quorum, group);
