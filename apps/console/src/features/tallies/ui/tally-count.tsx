// How many calls there were of something, and how they stand: a bar as long as its share of the most, and the number.
import type { Tally } from '../../../api/types.ts';
import { count } from '../../log/model/verification.ts';
import { tallyText } from '../model/standings.ts';
import { TallyBar } from './tally-bar.tsx';

interface Props {
  readonly tally: Tally;
  /** Calls of that which has the most of them, at least 1. */
  readonly most: number;
  readonly className?: string;
}

export function TallyCount({ tally, most, className = '' }: Props) {
  return (
    <span className={`flex items-center gap-2 ${className}`} title={tallyText(tally)}>
      <TallyBar tally={tally} share={tally.calls / most} />
      <span aria-hidden="true" className="w-12 flex-none text-right tabular-nums">
        {count(tally.calls)}
      </span>
      <span className="sr-only">{tallyText(tally)}</span>
    </span>
  );
}
