// The chain that a call belongs to, as a list: who called whom, in order, with what became of each hop.
import type { Chain } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { ChainLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { decisionSign, outcomeSign, policyText } from '../../calls/model/wording.ts';
import { Link } from '@tanstack/react-router';
import { duration } from '../../time/model/format.ts';
import { Time } from '../../time/ui/time.tsx';
import { useChain } from '../use-call.ts';
import { text } from '../text.ts';
import { HopName, HopStanding } from './hop-words.tsx';

/** Deeper hops are not indented further: the words still say how deep they are. */
const DEEPEST_INDENT = 6;

interface Props {
  readonly chain: string;
  readonly current: string | null;
  /** Offers the page of the chain. */
  readonly withLink?: boolean;
}

export function CallChain({ chain, current, withLink = false }: Props) {
  const query = useChain(chain);
  return (
    <Section title={text.chain}>
      {withLink && (
        <p className="-mt-1 mb-1">
          <ChainLink id={chain}>{text.openChain}</ChainLink>
        </p>
      )}
      <StateOf query={query} failed={text.chainFailed} loading={text.chainLoading} />
      {query.data !== undefined && <Hops chain={query.data} current={current} />}
    </Section>
  );
}

function Hops({ chain, current }: { readonly chain: Chain; readonly current: string | null }) {
  const top = chain.hops[0]?.level ?? 0;
  return (
    <>
      <ol className="space-y-0.5">
        {chain.hops.map((hop) => (
          <Hop
            key={hop.call.id}
            call={hop.call}
            level={hop.level - top}
            isCurrent={hop.call.id === current}
          />
        ))}
      </ol>
      {chain.truncated && <p className="mt-2 text-muted">{text.chainTruncated}</p>}
      {chain.labels.length > 0 && (
        <p className="mt-2 flex flex-wrap items-center gap-1.5 text-muted">
          {text.chainLabels}
          {chain.labels.map((label) => (
            <Chip key={label}>{label}</Chip>
          ))}
        </p>
      )}
    </>
  );
}

interface HopProps {
  readonly call: Chain['hops'][number]['call'];
  readonly level: number;
  readonly isCurrent: boolean;
}

function Hop({ call, level, isCurrent }: HopProps) {
  const outcome = outcomeSign(call);
  return (
    <li
      className={`relative rounded-md border-l-2 py-1 pr-2 pl-3 ${isCurrent ? 'border-accent bg-selected' : 'border-line hover:bg-hover'}`}
      style={{ marginInlineStart: `${Math.min(level, DEEPEST_INDENT) * 1.25}rem` }}
    >
      <span className="sr-only">{text.hop(level + 1)}</span>
      <Link
        to="/calls/$call"
        params={{ call: call.id }}
        aria-current={isCurrent ? 'true' : undefined}
        className="text-ink after:absolute after:inset-0 hover:no-underline"
      >
        <HopName call={call} />
      </Link>
      <p className="flex flex-wrap items-center gap-x-2 text-muted">
        <Badge sign={decisionSign(call.decision)} />
        <span>{policyText(call)}</span>
        <Time iso={call.startedAt} />
        {call.durationUs !== null && <span className="tabular-nums">{duration(call.durationUs)}</span>}
        {outcome !== null && <span>{outcome.label}</span>}
        <HopStanding call={call} />
      </p>
    </li>
  );
}
