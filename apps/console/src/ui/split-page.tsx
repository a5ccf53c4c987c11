// A list and, beside it, what is open of it: on a wide screen both, on a narrow one whichever was gone to last. What is
// open stands in the address, so Back closes it; Escape and the pane's own button do the same.
import { Outlet, useChildMatches, useNavigate } from '@tanstack/react-router';
import { createContext, use, useCallback, useEffect, type ReactNode } from 'react';

type Base = '/calls' | '/approvals' | '/agents' | '/servers' | '/policies';

interface Props {
  /** The address of the list by itself. */
  readonly base: Base;
  readonly title: string;
  /** What the pane holds, for those who cannot see that it is one. */
  readonly pane: string;
  readonly children: ReactNode;
}

const ClosePane = createContext<(() => void) | null>(null);

/** Closes the pane that this is in; null where there is none. */
export const useClosePane = (): (() => void) | null => use(ClosePane);

/** The id of what is open beside a list; null when nothing is. */
export function useOpenId(): string | null {
  const [open] = useChildMatches();
  return open === undefined ? null : (Object.values<string>(open.params).at(-1) ?? null);
}

export function SplitPage({ base, title, pane, children }: Props) {
  const open = useOpenId();
  const navigate = useNavigate();
  const close = useCallback(() => {
    void navigate({ to: base, search: true }).then(() => {
      // The list is drawn again first: where it shares the screen with the pane, it was hidden until now.
      requestAnimationFrame(() => focusRow(open));
    });
  }, [navigate, base, open]);
  useEffect(() => (open === null ? undefined : onEscape(close)), [open, close]);

  return (
    <div
      className={`grid min-h-0 flex-1 ${open === null ? '' : 'lg:grid-cols-[minmax(0,1fr)_minmax(26rem,44%)]'}`}
    >
      <title>{`${title} · Countersign`}</title>
      <h1 className="sr-only">{title}</h1>
      <div
        className={`@container min-h-0 scroll-pt-20 overflow-y-auto ${open === null ? '' : 'max-lg:hidden'}`}
      >
        {children}
      </div>
      {open !== null && (
        <section
          // What is newly opened starts at its top.
          key={open}
          aria-label={pane}
          className="@container min-h-0 scroll-pt-12 overflow-y-auto border-line bg-surface lg:border-l"
        >
          <ClosePane value={close}>
            <Outlet />
          </ClosePane>
        </section>
      )}
    </div>
  );
}

function focusRow(id: string | null): void {
  const row = document.getElementById(`row-${id}`) ?? document.querySelector('[data-row]');
  if (row instanceof HTMLElement) row.focus();
}

function onEscape(close: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    // A half-written reason must not be lost to Escape; a panel or dialog that is open takes the key for itself.
    if (event.target instanceof HTMLTextAreaElement) return;
    if (document.querySelector(':popover-open, [role="dialog"], [role="menu"]') !== null) return;
    close();
  };
  window.addEventListener('keydown', onKeyDown, { capture: true });
  return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
}
