// What would become of a made-up call, why, and what the set in force makes of it.
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { decisionSign, reasonText } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Why } from '../../why/ui/why.tsx';
import { text } from '../text.ts';
import type { useTry } from '../use-rehearsal.ts';

const words = text.try;

interface Props {
  readonly answer: NonNullable<ReturnType<typeof useTry>['data']>;
  readonly isStale: boolean;
}

export function TryAnswer({ answer: { draft, inForce }, isStale }: Props) {
  return (
    <>
      <Section title={words.answer}>
        <div role="status" className="space-y-2">
          {isStale && <p className="text-hold">{words.stale}</p>}
          {draft.refused !== null && (
            <p className="rounded-md bg-deny-soft px-3 py-2 wrap-anywhere">
              <strong className="font-semibold">{words.before}.</strong>{' '}
              <PlainText text={draft.refused.message} />
            </p>
          )}
          <p className="wrap-anywhere">
            <Badge sign={decisionSign(draft.decision)} /> <PlainText text={draft.sentence} />
          </p>
          <p className="text-muted">
            {words.inForce}:{' '}
            {inForce.decision === draft.decision && inForce.reason === draft.reason ? (
              words.alike
            ) : (
              <>
                <Badge sign={decisionSign(inForce.decision)} /> {reasonText(inForce.reason)}
              </>
            )}
          </p>
        </div>
      </Section>
      <Why why={draft.why} reason={draft.reason} />
    </>
  );
}
