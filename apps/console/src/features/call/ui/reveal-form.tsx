// What a call carried is not shown by itself: whoever may see it says why, and that is recorded before they do.
import { useId, useState, type FormEvent } from 'react';
import type { CallDetail } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
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
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const ids = { reason: useId(), fault: useId() };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(reason.trim() === '');
    if (reason.trim() === '') document.getElementById(ids.reason)?.focus();
    else if (!reveal.isPending) reveal.mutate(reason.trim());
  };
  return (
    <form onSubmit={submit} className="space-y-2" noValidate>
      <label htmlFor={ids.reason} className="block font-medium">
        {text.revealReason}
      </label>
      <input
        id={ids.reason}
        maxLength={2000}
        value={reason}
        aria-invalid={isMissing}
        aria-describedby={isMissing ? ids.fault : undefined}
        onChange={(event) => setReason(event.target.value)}
        className="field block"
      />
      {isMissing && (
        <p id={ids.fault} role="alert" className="flex gap-1.5 text-deny">
          <Icon name="warning" className="mt-0.5" />
          {text.revealNeedsReason}
        </p>
      )}
      {reveal.error !== null && (
        <p role="alert" className="flex gap-1.5 text-deny wrap-anywhere">
          <Icon name="warning" className="mt-0.5" />
          {reveal.error.message}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <button type="submit" className="button" aria-disabled={reveal.isPending}>
          {text.reveal}
        </button>
        <span className="text-muted">{text.revealRecorded}</span>
      </div>
    </form>
  );
}
