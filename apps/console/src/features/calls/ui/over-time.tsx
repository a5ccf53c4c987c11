// How many calls came when, and how they stand. Its library is fetched beside the list, and its place kept meanwhile.
import { memo } from 'react';
import type { CallTallies } from '../../../api/types.ts';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { text } from '../text.ts';

const OutcomeChart = loaded(() => import('../../tallies/ui/outcome-chart.tsx'), 'OutcomeChart');

interface Props {
  readonly tallies: CallTallies | undefined;
  /** Whether it still answers an earlier question. */
  readonly isOld: boolean;
  readonly onRange: (from: string, to: string) => void;
}

export const OverTime = memo(function OverTime({ tallies, isOld, onRange }: Props) {
  const empty = <div className="h-[10.25rem]" />;
  if (tallies !== undefined && (tallies.histogram === null || tallies.total.calls === 0)) return null;
  return (
    <section
      aria-label={text.overTime}
      className={`px-4 pb-2 select-none ${isOld ? 'opacity-50' : ''}`}
      title={text.brush}
    >
      {tallies?.histogram == null ? (
        empty
      ) : (
        <Later until={empty}>
          <OutcomeChart histogram={tallies.histogram} onChoose={onRange} />
        </Later>
      )}
    </section>
  );
});
