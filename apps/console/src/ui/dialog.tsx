// A dialog over the page: named, closed by Escape, leading the keyboard back to where it was.
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { OneFailure } from './one-failure.tsx';
import { text } from './text.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What the dialog is about, read out with its title. */
  readonly description?: string;
  /** Comes in from this edge of the window instead of standing in its middle. */
  readonly side?: 'left' | 'right';
  /** What is in it is gone for good once it closes: a click beside it does not close it. */
  readonly isKept?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ open, onClose, title, description, side, isKept = false, children }: Props) {
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={isKept}
      onOpenChange={(next) => (next ? undefined : onClose())}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          className={side === undefined ? 'dialog' : `sheet ${side === 'left' ? 'left-0' : 'right-0'}`}
        >
          <header className="flex items-start gap-2 border-b border-line px-4 py-2.5">
            <Base.Title className="min-w-0 flex-1 font-semibold wrap-anywhere">{title}</Base.Title>
            <Base.Close className="button-quiet -my-1 px-1" aria-label={text.close}>
              <Icon name="cross" />
            </Base.Close>
          </header>
          {description !== undefined && (
            <Base.Description className="px-4 pt-3 text-muted">{description}</Base.Description>
          )}
          {/* What fails in here is told in here. */}
          <div className="min-h-0 flex-1 overflow-y-auto">
            <OneFailure>{children}</OneFailure>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
