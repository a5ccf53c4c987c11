// A list and, beside it, what is open of it: on a wide screen both, on a narrow one whichever was gone to last. What is
// open stands in the address, so Back closes it; Escape and the pane's own button do the same.
import { Outlet, useChildMatches, useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, use, useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { OneFailure } from './one-failure.tsx';
import { readPaneSearch } from './pane-search.ts';

type Base = '/calls' | '/approvals' | '/agents' | '/servers' | '/policies';

interface PaneMembers {
  readonly tab?: unknown;
  readonly wide?: unknown;
}

interface Props {
  /** The address of the list by itself. */
  readonly base: Base;
  readonly title: string;
  /** What the pane holds, for those who cannot see that it is one. */
  readonly pane: string;
  readonly children: ReactNode;
}

interface Pane {
  readonly close: () => void;
  /** It has the page to itself, also where there would be room for the list. */
  readonly isWide: boolean;
  readonly toggleWide: () => void;
}

/**
 * The list, where the pane has the page to itself.
 * WHY not taken off the page: what is not laid out has no height and no place, so that the list would be back at its top afterwards.
 */
const COVERED = 'invisible absolute inset-0';
const COVERED_IF_NARROW = 'max-lg:invisible max-lg:absolute max-lg:inset-0';

const PaneContext = createContext<Pane | null>(null);

/** The pane that this is in; null where there is none. */
export const usePane = (): Pane | null => use(PaneContext);

/** The id of what is open beside a list; null when nothing is. */
export function useOpenId(): string | null {
  const [open] = useChildMatches();
  if (open === undefined) return null;
  // What there is one of has no id: it goes by the last part of its address.
  return Object.values<string>(open.params).at(-1) ?? open.pathname.split('/').at(-1) ?? null;
}

export function SplitPage({ base, title, pane, children }: Props) {
  const open = useOpenId();
  const navigate = useNavigate();
  const isWide = useSearch({ strict: false, select: (search) => readPaneSearch(search).wide === true });
  const close = useCallback(() => {
    // What the address says of the pane goes with it; what it says of the list stays.
    void navigate({ to: base, search: ofList }).then(() => {
      // The list is shown again first: where it shares the screen with the pane, it was hidden until now.
      requestAnimationFrame(() => focusRow(open));
    });
  }, [navigate, base, open]);
  const toggleWide = useCallback(() => {
    void navigate({
      to: '.',
      search: ({ wide: _wide, ...search }) => (isWide ? search : { ...search, wide: true }),
      replace: true,
    });
  }, [navigate, isWide]);
  const context = useMemo(() => ({ close, isWide, toggleWide }), [close, isWide, toggleWide]);
  useEffect(() => (open === null ? undefined : onEscape(close)), [open, close]);

  return (
    <div
      className={`relative grid min-h-0 flex-1 ${open === null || isWide ? '' : 'lg:grid-cols-[minmax(0,1fr)_minmax(26rem,44%)]'}`}
    >
      <title>{`${title} · Countersign`}</title>
      <h1 className="sr-only">{title}</h1>
      <div
        className={`@container min-h-0 scroll-pt-20 overflow-y-auto ${open === null ? '' : isWide ? COVERED : COVERED_IF_NARROW}`}
      >
        <OneFailure>{children}</OneFailure>
      </div>
      {open !== null && (
        <section
          // What is newly opened starts at its top.
          key={open}
          aria-label={pane}
          className="@container min-h-0 scroll-pt-12 overflow-y-auto border-line bg-surface lg:border-l"
        >
          <PaneContext value={context}>
            {/* By itself: on a narrow screen the list and what it tells are not seen. */}
            <OneFailure>
              <Outlet />
            </OneFailure>
          </PaneContext>
        </section>
      )}
    </div>
  );
}

/** What of an address is the list's own. */
function ofList({ tab: _tab, wide: _wide, ...search }: PaneMembers): object {
  return search;
}

function focusRow(id: string | null): void {
  const row = document.getElementById(`row-${id}`) ?? document.querySelector('[data-row]');
  if (row instanceof HTMLElement) row.focus();
}

function isWriting(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (target instanceof HTMLTextAreaElement) return true;
  // Within a shadow root: the field of a search, or the text itself.
  return (
    target !== event.target &&
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input'))
  );
}

function onEscape(close: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    // A half-written reason must not be lost to Escape, and what is written or looked for in an editor is the editor's; a panel
    // or dialog that is open takes the key for itself.
    if (isWriting(event)) return;
    if (document.querySelector(':popover-open, [role="dialog"]:not(.toast), [role="menu"]') !== null) return;
    close();
  };
  window.addEventListener('keydown', onKeyDown, { capture: true });
  return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
}
