// Asks once more before a draft that nothing else keeps is gone.
import { text } from '../text.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDiscard: () => void;
}

export const DiscardDialog = ({ open, onClose, onDiscard }: Props) => (
  <ConfirmDialog
    open={open}
    onClose={onClose}
    title={text.discardTitle}
    effect={text.discardEffect}
    send={text.discardSend}
    keep={text.keep}
    onConfirm={() => {
      onClose();
      onDiscard();
    }}
  />
);
