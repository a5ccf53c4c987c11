// What people said so far about something that waits for them.
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

interface Review {
  readonly reviewer: string;
  readonly verdict: 'approve' | 'reject';
  /** Empty where none was given. */
  readonly reason: string;
  readonly reviewedAt: string;
}

export function Reviews({ reviews }: { readonly reviews: readonly Review[] }) {
  if (reviews.length === 0) return null;
  return (
    <Section title={text.reviews}>
      <ol className="space-y-2">
        {reviews.map(({ reviewer, verdict, reason, reviewedAt }) => (
          <li key={reviewer}>
            <p className="flex flex-wrap items-baseline gap-2">
              <Badge
                sign={
                  verdict === 'approve'
                    ? { tone: 'allow', label: text.approved }
                    : { tone: 'deny', label: text.rejected }
                }
              />
              <span>
                {text.by}
                <strong className="font-medium">
                  <PlainText text={reviewer} />
                </strong>
              </span>
              <span className="text-muted">
                <Time iso={reviewedAt} />
              </span>
            </p>
            {reason !== '' && (
              <blockquote className="mt-1 wrap-anywhere">
                “<PlainText text={reason} />”
              </blockquote>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
