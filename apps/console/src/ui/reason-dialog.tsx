// Something that is done only with a reason: what it does is said, the reason is asked for, and both are read once more on the
// button before anything is sent.
import type { FormEvent } from 'react';
import { Dialog } from './dialog.tsx';
import { FormActions } from './form-actions.tsx';
import { neededWith, ReasonField, useReason } from './reason-field.tsx';
import { RefusalOf } from './refusal.tsx';
import { text } from './text.ts';
import type { Place } from './use-sending.ts';

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
    readonly place: Place;
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

/** The form by itself, for a dialog that shows more. */
export function ReasonForm({ send, isDangerous = false, onCancel, action }: FormProps) {
  const { field, take } = useReason(neededWith(text.reasonNeeded));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = take();
    if (reason !== null && !action.isPending) action.run(reason);
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-3 p-4">
      <ReasonField {...field} label={text.reason} need={text.required} rows={2} />
      <RefusalOf sending={action} />
      <FormActions onCancel={onCancel} send={send} isPending={action.isPending} isDangerous={isDangerous} />
    </form>
  );
}
