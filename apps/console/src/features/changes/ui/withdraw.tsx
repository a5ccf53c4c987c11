// Taking back a change that is still open, as the one who proposed it.
import { useState } from 'react';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { text } from '../text.ts';
import { useWithdraw } from '../use-changes.ts';

export function Withdraw({ id }: { readonly id: string }) {
  const [isOpen, setOpen] = useState(false);
  const withdraw = useWithdraw(id);
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          withdraw.reset();
          setOpen(true);
        }}
      >
        {text.withdraw}
      </button>
      <ReasonDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={text.withdrawTitle}
        effect={text.withdrawEffect}
        send={text.withdraw}
        action={{
          ...withdraw,
          run: (reason) => withdraw.mutate(reason, { onSuccess: () => setOpen(false) }),
        }}
      />
    </>
  );
}
