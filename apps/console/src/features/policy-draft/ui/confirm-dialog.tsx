// Something that cannot be taken back here, said once more before it is done.
import { Dialog } from '../../../ui/dialog.tsx';
import { Refusal } from '../../../ui/refusal.tsx';
import { text } from '../text.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly effect: string;
  readonly send: string;
  readonly keep?: string;
  readonly error?: Error | null;
  readonly onConfirm: () => void;
}

export function ConfirmDialog({
  open,
  onClose,
  title,
  effect,
  send,
  keep = text.cancel,
  error = null,
  onConfirm,
}: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={title} description={effect}>
      <div className="space-y-3 p-4">
        {error !== null && <Refusal error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {keep}
          </button>
          <button type="button" className="button button-reject" onClick={onConfirm}>
            {send}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
