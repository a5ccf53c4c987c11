// Somebody who is in the middle of one draft asked for another: neither is lost without a word.
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Draft } from '../model/draft.ts';
import { text } from '../text.ts';
import { DiscardDialog } from './discard-dialog.tsx';

interface Props {
  readonly draft: Draft;
  readonly asked: number;
  readonly onBegin: () => void;
}

export function Another({ draft, asked, onBegin }: Props) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate({ from: '/policies/draft' });
  const goOn = (): void => void navigate({ search: ({ from: _from, ...search }) => search, replace: true });
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-hold-soft px-4 py-2"
    >
      <p className="min-w-0 flex-1">{text.another(draft.from, asked)}</p>
      <button type="button" className="button" onClick={goOn}>
        {text.goOn}
      </button>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {text.beginAnew(asked)}
      </button>
      <DiscardDialog open={isOpen} onClose={() => setOpen(false)} onDiscard={onBegin} />
    </div>
  );
}
