// What people said about a request so far.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import type { Approval } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function Reviews({ reviews }: { readonly reviews: Approval['reviews'] }) {
  return (
    <Section title={text.reviews}>
      <ol className="space-y-2">
        {reviews.map((review) => (
          <li key={review.id}>
            <p className="flex flex-wrap items-baseline gap-2">
              <Badge
                sign={
                  review.verdict === 'approve'
                    ? { tone: 'allow', label: text.approvedBy }
                    : { tone: 'deny', label: text.rejectedBy }
                }
              />
              <span>
                {text.by}
                <strong className="font-medium">{review.reviewer}</strong>
              </span>
              <span className="text-muted">
                <Time iso={review.reviewedAt} />
              </span>
            </p>
            {review.reason !== '' && (
              <blockquote className="mt-1 wrap-anywhere">
                “<PlainText text={review.reason} />”
              </blockquote>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
