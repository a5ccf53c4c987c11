// The end of a draft that nobody wants any more.
import { useState } from 'react';
import { text } from '../text.ts';
import { DiscardDialog } from './discard-dialog.tsx';

export function Discard({ onDiscard }: { readonly onDiscard: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button-quiet" onClick={() => setOpen(true)}>
        {text.discard}
      </button>
      <DiscardDialog open={isOpen} onClose={() => setOpen(false)} onDiscard={onDiscard} />
    </>
  );
}
