// A part of a page that is fetched when it is needed. What cannot be had is told in its place, and takes nothing else of the
// page with it.
import { CatchBoundary } from '@tanstack/react-router';
import { createContext, type ReactNode, Suspense, use, useMemo } from 'react';
import { NotLoaded } from './not-loaded.tsx';
import { text } from './text.ts';

interface Place {
  /** Stands there until the part is there. */
  readonly until?: ReactNode;
  /** Puts away what opens over the page; it is told over the page, too, that it cannot be had. */
  readonly onClose?: (() => void) | undefined;
}

const PlaceContext = createContext<Place>({});

export function Later({ until, onClose, children }: Place & { readonly children: ReactNode }) {
  const place = useMemo(() => ({ until, onClose }), [until, onClose]);
  return (
    <PlaceContext value={place}>
      <CatchBoundary getResetKey={() => ''} errorComponent={InItsPlace}>
        <Suspense fallback={until}>{children}</Suspense>
      </CatchBoundary>
    </PlaceContext>
  );
}

function InItsPlace({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const { until, onClose } = use(PlaceContext);
  const told = <NotLoaded what={text.notLoaded} error={error} reset={reset} />;
  if (onClose === undefined) return told;
  return (
    <>
      {until}
      <div className="dialog">
        {told}
        <button type="button" className="button m-3 mt-0 self-end" onClick={onClose}>
          {text.dismiss}
        </button>
      </div>
    </>
  );
}
