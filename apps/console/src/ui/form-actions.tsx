// The end of a form in a dialog: the way back out, and what it does.
import { text } from './text.ts';

interface Props {
  readonly onCancel: () => void;
  readonly send: string;
  /** While it is sent. */
  readonly sending?: string;
  readonly isPending: boolean;
  readonly isDangerous?: boolean;
}

export function FormActions({
  onCancel,
  send,
  sending = text.sending,
  isPending,
  isDangerous = false,
}: Props) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <button type="button" className="button" onClick={onCancel}>
        {text.cancel}
      </button>
      {/* Not disabled while it is sent: it would lose the keyboard. */}
      <button
        type="submit"
        className={`button ${isDangerous ? 'button-reject' : 'button-primary'}`}
        aria-disabled={isPending}
      >
        {isPending ? sending : send}
      </button>
    </div>
  );
}
