// The few numbers that say at a glance how things went; each leads to the calls that it counts.
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../../api/types.ts';
import { count } from '../../log/model/verification.ts';
import { LAST_OF, type Span } from '../model/span.ts';
import { text } from '../text.ts';

interface Figure {
  readonly label: string;
  readonly value: number;
  /** The query of the calls page that finds them. */
  readonly q: string | null;
  readonly look: string;
}

export function Figures({ total, span }: Pick<Overview, 'total'> & { readonly span: Span }) {
  const figures: readonly Figure[] = [
    { label: text.calls, value: total.calls, q: '', look: '' },
    { label: text.denied, value: total.denied, q: 'outcome:denied', look: 'text-deny' },
    { label: text.held, value: total.held, q: 'outcome:held', look: 'text-hold' },
    { label: text.failedCalls, value: total.failed, q: 'outcome:failed', look: 'text-deny' },
    { label: text.unregistered, value: total.unregistered, q: 'reason:unregistered', look: 'text-deny' },
    { label: text.reviewed, value: total.reviewed, q: null, look: '' },
  ];
  return (
    <dl className="grid grid-cols-2 gap-px bg-line @md:grid-cols-3 @3xl:grid-cols-6">
      {figures.map(({ label, value, q, look }) => (
        <div key={label} className="relative bg-surface px-4 py-3 hover:bg-hover">
          <dt className="text-muted">
            {q === null ? (
              label
            ) : (
              <Link
                to="/calls"
                search={{ ...(q === '' ? {} : { q }), last: LAST_OF[span] }}
                className="text-muted after:absolute after:inset-0"
              >
                {label}
              </Link>
            )}
          </dt>
          <dd className={`text-xl leading-7 font-semibold tabular-nums ${value > 0 ? look : ''}`}>
            {count(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
