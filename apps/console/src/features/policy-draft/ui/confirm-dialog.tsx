// Something that cannot be taken back here, said once more before it is done.
import type { ComponentProps } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { text } from '../text.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly effect: string;
  readonly send: string;
  readonly keep?: string;
  /** What is sent from here, if anything is. */
  readonly sending?: ComponentProps<typeof RefusalOf>['sending'];
  readonly onConfirm: () => void;
}

export function ConfirmDialog({
  open,
  onClose,
  title,
  effect,
  send,
  keep = text.cancel,
  sending,
  onConfirm,
}: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={title} description={effect}>
      <div className="space-y-3 p-4">
        {sending !== undefined && <RefusalOf sending={sending} />}
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
