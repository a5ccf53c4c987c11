// Something that is done only with a reason: what it does is said, the reason is asked for, and both are read once more on the
// button before anything is sent.
import { useId, useState, type FormEvent } from 'react';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What it does, and whether it can be taken back. */
  readonly effect: string;
  readonly send: string;
  readonly isDangerous?: boolean;
  readonly action: {
    readonly isPending: boolean;
    readonly error: Error | null;
    run(reason: string): void;
  };
}

export function ReasonDialog({ open, onClose, title, effect, send, isDangerous = false, action }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={title} description={effect}>
      <ReasonForm send={send} isDangerous={isDangerous} onCancel={onClose} action={action} />
    </Dialog>
  );
}

type FormProps = Pick<Props, 'send' | 'isDangerous' | 'action'> & { readonly onCancel: () => void };

function ReasonForm({ send, isDangerous = false, onCancel, action }: FormProps) {
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const ids = { reason: useId(), fault: useId() };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = reason.trim();
    setMissing(given === '');
    if (given === '') document.getElementById(ids.reason)?.focus();
    else if (!action.isPending) action.run(given);
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-3 p-4">
      <div className="space-y-1.5">
        <label htmlFor={ids.reason} className="font-medium">
          {text.reason} <span className="font-normal text-muted">{text.required}</span>
        </label>
        <textarea
          id={ids.reason}
          rows={2}
          maxLength={2000}
          value={reason}
          aria-invalid={isMissing}
          aria-describedby={isMissing ? ids.fault : undefined}
          onChange={(event) => {
            setReason(event.target.value);
            setMissing(false);
          }}
          className="field block resize-y"
        />
        {isMissing && (
          <p id={ids.fault} role="alert" className="flex gap-1.5 text-deny">
            <Icon name="warning" className="mt-0.5" />
            {text.reasonNeeded}
          </p>
        )}
      </div>
      {action.error !== null && (
        <p role="alert" className="rounded-md bg-deny-soft p-2.5 wrap-anywhere">
          {action.error.message}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
        <button
          type="submit"
          className={`button ${isDangerous ? 'button-reject' : 'button-primary'}`}
          aria-disabled={action.isPending}
        >
          {action.isPending ? text.sending : send}
        </button>
      </div>
    </form>
  );
}
