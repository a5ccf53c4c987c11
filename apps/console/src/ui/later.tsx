// A part of a page that is loaded when it is needed. What cannot be loaded is told in its place, and takes nothing else of the
// page with it: a gateway may go between the page and its parts.
import { CatchBoundary } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import { Failed } from './state.tsx';
import { text } from './text.ts';

interface Props {
  /** Stands in its place until it is there. */
  readonly until: ReactNode;
  readonly children: ReactNode;
}

export function Later({ until, children }: Props) {
  return (
    <CatchBoundary getResetKey={() => ''} errorComponent={NotLoaded}>
      <Suspense fallback={until}>{children}</Suspense>
    </CatchBoundary>
  );
}

const NotLoaded = ({ error }: { readonly error: unknown }) => (
  <Failed what={text.notLoaded} error={error instanceof Error ? error : new Error(String(error))} />
);
