// The calls of a chain under each other, as the graph has them beside each other: the same steps, signs and labels.
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Call, Chain } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { decisionSign, outcomeSign, policyText } from '../../calls/model/wording.ts';
import { text as callText } from '../../call/text.ts';
import { HopName, HopStanding } from '../../call/ui/hop-words.tsx';
import { duration } from '../../time/model/format.ts';
import { Time } from '../../time/ui/time.tsx';
import { hasEnded, type Hops, labelsOf } from '../model/replay.ts';
import { text } from '../text.ts';

/** Deeper hops are not indented further: the words still say how deep they are. */
const DEEPEST_INDENT = 6;

interface Props {
  readonly chain: Chain;
  /** In the order in which they came. */
  readonly ordered: Hops;
  readonly at: number;
}

export function ChainList({ chain, ordered, at }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = list.current?.querySelector('[aria-current]');
    // Within the list only: the page stays where its reader has it.
    if (row instanceof HTMLElement && list.current !== null) keepInView(list.current, row);
  }, [at]);
  const numbers = new Map(ordered.map(({ call }, place) => [call.id, place + 1]));
  const top = chain.hops[0]?.level ?? 0;
  return (
    <section aria-labelledby="chain-list" className="min-w-0">
      <h2 id="chain-list" className="eyebrow px-4 pt-3">
        {text.list}
      </h2>
      <div
        ref={list}
        role="group"
        aria-label={text.list}
        tabIndex={0}
        className="relative p-2 @4xl:max-h-[34rem] @4xl:overflow-y-auto"
      >
        <ol className="space-y-0.5">
          {chain.hops.map(({ call, level }) => {
            const number = numbers.get(call.id) ?? 0;
            return (
              <Hop
                key={call.id}
                call={call}
                labels={labelsOf(ordered, number, at)}
                level={level - top}
                isCurrent={number === at && at < ordered.length}
                isLater={number > at}
                hasEnded={hasEnded(ordered, number, at)}
              />
            );
          })}
        </ol>
      </div>
    </section>
  );
}

interface HopProps {
  readonly call: Call;
  readonly level: number;
  /** As they were at the step shown. */
  readonly labels: readonly string[];
  readonly isCurrent: boolean;
  readonly isLater: boolean;
  readonly hasEnded: boolean;
}

function Hop({ call, labels, level, isCurrent, isLater, hasEnded: isOver }: HopProps) {
  const outcome = isOver || call.state !== 'completed' ? outcomeSign(call) : null;
  return (
    <li
      aria-current={isCurrent ? 'step' : undefined}
      className={`relative rounded-md border-l-2 py-1 pr-2 pl-3 ${isCurrent ? 'border-accent bg-selected' : isLater ? 'border-dashed border-edge' : 'border-line hover:bg-hover'}`}
      style={{ marginInlineStart: `${Math.min(level, DEEPEST_INDENT) * 1.25}rem` }}
    >
      <span className="sr-only">{callText.hop(level + 1)}</span>
      <Link
        to="/calls/$call"
        params={{ call: call.id }}
        className="text-ink after:absolute after:inset-0 hover:no-underline"
      >
        <HopName call={call} />
      </Link>
      {isLater ? (
        <p className="text-muted">{text.notYet}</p>
      ) : (
        <p className="flex flex-wrap items-center gap-x-2 text-muted">
          <Badge sign={decisionSign(call.decision)} />
          <span>{policyText(call)}</span>
          <Time iso={call.startedAt} />
          {isOver && call.durationUs !== null && (
            <span className="tabular-nums">{duration(call.durationUs)}</span>
          )}
          {outcome !== null && <span>{outcome.label}</span>}
          {outcome === null && call.state === 'completed' && <span>{text.underWay}</span>}
          <HopStanding call={call} />
          {labels.map((label) => (
            <Chip key={label}>{label}</Chip>
          ))}
        </p>
      )}
    </li>
  );
}

function keepInView(list: HTMLElement, row: HTMLElement): void {
  const [above, below] = [
    row.offsetTop - list.scrollTop,
    row.offsetTop + row.offsetHeight - list.scrollTop - list.clientHeight,
  ];
  if (above < 0) list.scrollTop += above;
  else if (below > 0) list.scrollTop += below;
}
