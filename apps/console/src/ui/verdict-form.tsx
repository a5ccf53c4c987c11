// One person's verdict. Rejecting comes first and is what the form does unless told otherwise; the verdict is chosen, read
// once more on the button, and only then sent.
import { useState, type FormEvent } from 'react';
import { Icon } from './icon.tsx';
import { ReasonField, useReason } from './reason-field.tsx';
import { Section } from './section.tsx';
import { text } from './text.ts';
import { type Place, usePlaceOf } from './use-sending.ts';

export type Verdict = 'reject' | 'approve';

interface Props {
  readonly user: string;
  /** What each verdict does, said before it is given. */
  readonly words: Readonly<
    Record<Verdict, { readonly label: string; readonly effect: string; readonly send: string }>
  >;
  /** Why the verdict may not be sent as it stands; null when it may. */
  readonly faultOf: (verdict: Verdict, reason: string) => string | null;
  readonly problemOf: (error: Error) => { readonly title: string; readonly detail: string };
  readonly review: {
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly place: Place;
    mutate(input: { readonly verdict: Verdict; readonly reason: string }): void;
  };
}

const VERDICTS: readonly Verdict[] = ['reject', 'approve'];

export function VerdictForm({ user, words, faultOf, problemOf, review }: Props) {
  const [verdict, setVerdict] = useState<Verdict>('reject');
  const { field, take } = useReason((reason) => faultOf(verdict, reason));

  usePlaceOf(review);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = take();
    if (reason !== null && !review.isPending) review.mutate({ verdict, reason });
  };

  return (
    <Section title={text.verdict}>
      <form onSubmit={submit} className="space-y-3" noValidate>
        <fieldset className="grid gap-2 @md:grid-cols-2">
          <legend className="sr-only">{text.verdict}</legend>
          {VERDICTS.map((choice) => (
            <label key={choice} className="choice">
              <input
                type="radio"
                name="verdict"
                value={choice}
                checked={verdict === choice}
                onChange={() => setVerdict(choice)}
                className="mt-0.5 size-4 flex-none accent-accent"
              />
              <span>
                <span className="block font-medium">{words[choice].label}</span>
                <span className="text-muted">{words[choice].effect}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <ReasonField
          {...field}
          label={text.reason}
          need={faultOf(verdict, '') === null ? text.optional : text.required}
          rows={2}
        />
        {review.error !== null && <Problem problem={problemOf(review.error)} />}
        <div className="flex flex-wrap items-center gap-3">
          <button
            type="submit"
            className={`button ${verdict === 'approve' ? 'button-primary' : 'button-reject'}`}
            aria-disabled={review.isPending}
          >
            {review.isPending ? text.sending : words[verdict].send}
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

function Problem({ problem }: { readonly problem: { readonly title: string; readonly detail: string } }) {
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-deny-soft p-2.5">
      <Icon name="warning" className="mt-0.5 text-deny" />
      <p className="min-w-0 wrap-anywhere">
        <strong className="font-semibold">{problem.title}.</strong> {problem.detail}
      </p>
    </div>
  );
}
