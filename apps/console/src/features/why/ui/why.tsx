// Why a call was decided as it was: the policies it rests on, what they read, and for a denial what came nearest.
import type { Why as Explanation } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { reasonText } from '../../calls/model/wording.ts';
import { PolicyCard } from './policy-card.tsx';
import { text } from '../text.ts';

interface Props {
  readonly why: Explanation | null;
  readonly reason: string;
}

export function Why({ why, reason }: Props) {
  return (
    <Section title={text.heading}>
      <div className="space-y-2">
        <p>{sentenceCase(reasonText(reason))}.</p>
        {why === null ? <p className="text-muted">{text.unexplained}</p> : <Explained why={why} />}
      </div>
    </Section>
  );
}

function Explained({ why }: { readonly why: Explanation }) {
  return (
    <>
      {why.guards.map((guard) => (
        <p key={guard.id} className="rounded-md bg-hold-soft px-3 py-2">
          {text.needsOf(guard.quorum)}
          <strong className="font-semibold">{guard.group}</strong>
          {text.toApprove}
          {guard.reasonRequired && text.withReason}. {text.approvers(guard.approvers.map(({ name }) => name))}
        </p>
      ))}
      {why.errors.map((error) => (
        <p
          key={`${error.policy} ${error.message}`}
          className="rounded-md bg-deny-soft px-3 py-2 wrap-anywhere"
        >
          {text.error(error.policy)}
          {error.message}
        </p>
      ))}
      {why.determining.map((policy) => (
        <PolicyCard key={policy.id} policy={policy} />
      ))}
      {why.nearest.length > 0 && (
        <>
          <p className="pt-1 text-muted">{text.nearest}</p>
          {why.nearest.map((policy) => (
            <PolicyCard key={policy.id} policy={policy} failed={policy.failed} />
          ))}
        </>
      )}
    </>
  );
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
