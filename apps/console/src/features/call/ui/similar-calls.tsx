// Earlier calls of the same agent on the same thing, and how they ended: what a reader compares a call with.
import type { CallDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { decisionSign, outcomeSign, reasonText } from '../../calls/model/wording.ts';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

const SHOWN = 6;

export function SimilarCalls({ similar }: { readonly similar: CallDetail['similar'] }) {
  const ended = Map.groupBy(similar, ({ decision }) => decision);
  return (
    <Section title={text.similar}>
      {similar.length === 0 ? (
        <p className="text-muted">{text.similarNone}</p>
      ) : (
        <>
          <p className="mb-1">
            {text.similarEnded(
              similar.length,
              [...ended].map(([decision, calls]) => `${calls.length} ${decisionSign(decision).label}`),
            )}
          </p>
          <ul>
            {similar.slice(0, SHOWN).map((each) => (
              <Earlier key={each.id} call={each} />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Earlier({ call }: { readonly call: CallDetail['call'] }) {
  const outcome = outcomeSign(call);
  return (
    <li className="flex flex-wrap items-center gap-x-2 py-0.5">
      <CallLink id={call.id}>
        <Time iso={call.startedAt} />
      </CallLink>
      <Badge sign={decisionSign(call.decision)} />
      <span className="text-muted">
        {outcome === null ? reasonText(call.reason) : outcome.label}
        {call.approval !== null && call.decision === 'allow' && text.byPeople}
      </span>
    </li>
  );
}
