// What a call carried is not shown by itself: whoever may see it says why, and that is recorded before they do.
import type { FormEvent } from 'react';
import type { CallDetail } from '../../../api/types.ts';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { Refusal } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { useSession } from '../../session/use-session.ts';
import type { useReveal } from '../use-call.ts';
import { text } from '../text.ts';

interface Props {
  readonly withheld: CallDetail['withheld'];
  readonly reveal: ReturnType<typeof useReveal>;
}

export function RevealForm({ withheld, reveal }: Props) {
  const roles = useSession().data?.session?.roles ?? [];
  const mayReveal = roles.some((role) => role === 'auditor' || role === 'admin');
  return (
    <Section title={text.carried}>
      <p className="mb-2 text-muted">{text.withheld(withheld)}</p>
      {mayReveal ? <Form reveal={reveal} /> : <p className="text-muted">{text.onlyAuditors}</p>}
    </Section>
  );
}

function Form({ reveal }: Pick<Props, 'reveal'>) {
  const { field, take } = useReason(neededWith(text.revealNeedsReason));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = take();
    if (reason !== null && !reveal.isPending) reveal.mutate(reason);
  };
  return (
    <form onSubmit={submit} className="space-y-2" noValidate>
      <ReasonField {...field} label={text.revealReason} />
      {reveal.error !== null && <Refusal error={reveal.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <button type="submit" className="button" aria-disabled={reveal.isPending}>
          {text.reveal}
        </button>
        <span className="text-muted">{text.revealRecorded}</span>
      </div>
    </form>
  );
}
