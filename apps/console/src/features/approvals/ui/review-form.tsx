// One person's verdict on one request. Rejecting comes first and is what the form does unless told otherwise;
// approving takes a reason. The verdict is chosen, read once more on the button, and only then sent.
import { useId, useState, type FormEvent } from 'react';
import type { Approval } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Section } from '../../../ui/section.tsx';
import { reviewFault, reviewProblem } from '../model/wording.ts';
import { useReview } from '../use-approvals.ts';
import { text } from '../text.ts';

type Verdict = 'reject' | 'approve';

const CHOICES: readonly { readonly verdict: Verdict; readonly label: string; readonly effect: string }[] = [
  {
    verdict: 'reject',
    label: text.reject,
    effect: text.rejectEffect,
  },
  {
    verdict: 'approve',
    label: text.approve,
    effect: text.approveEffect,
  },
];

export function ReviewForm({ approval, user }: { readonly approval: Approval; readonly user: string }) {
  const [verdict, setVerdict] = useState<Verdict>('reject');
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const review = useReview(approval.id);
  const ids = { reason: useId(), fault: useId() };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = reviewFault(verdict, reason, approval.guards);
    setFault(found);
    if (found !== null) document.getElementById(ids.reason)?.focus();
    else if (!review.isPending) review.mutate({ verdict, reason: reason.trim() });
  };

  return (
    <Section title={text.verdict}>
      <form onSubmit={submit} className="space-y-3" noValidate>
        <fieldset className="grid gap-2 @md:grid-cols-2">
          <legend className="sr-only">{text.verdict}</legend>
          {CHOICES.map((choice) => (
            <label key={choice.verdict} className="choice">
              <input
                type="radio"
                name="verdict"
                value={choice.verdict}
                checked={verdict === choice.verdict}
                onChange={() => setVerdict(choice.verdict)}
                className="mt-0.5 size-4 flex-none accent-accent"
              />
              <span>
                <span className="block font-medium">{choice.label}</span>
                <span className="text-muted">{choice.effect}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="space-y-1.5">
          <label htmlFor={ids.reason} className="font-medium">
            {text.reason}{' '}
            <span className="font-normal text-muted">
              {reviewFault(verdict, '', approval.guards) === null ? text.optional : text.required}
            </span>
          </label>
          <textarea
            id={ids.reason}
            rows={2}
            maxLength={2000}
            value={reason}
            aria-invalid={fault !== null}
            aria-describedby={fault === null ? undefined : ids.fault}
            onChange={(event) => {
              setReason(event.target.value);
              setFault(null);
            }}
            className="field block resize-y"
          />
          {fault !== null && (
            <p id={ids.fault} role="alert" className="flex gap-1.5 text-deny">
              <Icon name="warning" className="mt-0.5" />
              {fault}
            </p>
          )}
        </div>
        {review.error !== null && <Problem error={review.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <button
            type="submit"
            className={`button ${verdict === 'approve' ? 'button-primary' : 'button-reject'}`}
            aria-disabled={review.isPending}
          >
            {review.isPending ? text.sending : verdict === 'approve' ? text.sendApprove : text.sendReject}
          </button>
          <span className="text-muted">
            {text.as}
            <strong className="font-medium text-ink">{user}</strong>
            {text.recorded}
          </span>
        </div>
      </form>
    </Section>
  );
}

function Problem({ error }: { readonly error: Error }) {
  const problem = reviewProblem(error);
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-deny-soft p-2.5">
      <Icon name="warning" className="mt-0.5 text-deny" />
      <p className="min-w-0 wrap-anywhere">
        <strong className="font-semibold">{problem.title}.</strong> {problem.detail}
      </p>
    </div>
  );
}
