// The end of a draft that nobody wants any more.
import { useState } from 'react';
import { text } from '../text.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

export function Discard({ onDiscard }: { readonly onDiscard: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button-quiet" onClick={() => setOpen(true)}>
        {text.discard}
      </button>
      <ConfirmDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={text.discardTitle}
        effect={text.discardEffect}
        send={text.discardSend}
        keep={text.keep}
        onConfirm={() => {
          setOpen(false);
          onDiscard();
        }}
      />
    </>
  );
}
