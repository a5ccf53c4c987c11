// Why a call was decided as it was, who and what it was about, and how the like ended before.
import type { CallDetail } from '../../../api/types.ts';
import { Why } from '../../why/ui/why.tsx';
import { text } from '../text.ts';
import { CallFacts } from './call-facts.tsx';
import { SimilarCalls } from './similar-calls.tsx';

interface Props {
  readonly detail: CallDetail;
  readonly onReveal: () => void;
}

export function WhyTab({ detail, onReveal }: Props) {
  return (
    <div className="@5xl:grid @5xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] [&_section:first-child]:border-t-0">
      <div>
        <Why why={detail.why} reason={detail.call.reason} />
        {detail.withheld.includes('reads') && (
          <p className="px-4 pb-3 text-muted">
            {text.withheld(['reads'])}{' '}
            <button type="button" className="link" onClick={onReveal}>
              {text.toReveal}
            </button>
          </p>
        )}
      </div>
      <div className="border-line max-@5xl:border-t @5xl:border-l">
        <CallFacts detail={detail} />
        <SimilarCalls similar={detail.similar} />
      </div>
    </div>
  );
}
