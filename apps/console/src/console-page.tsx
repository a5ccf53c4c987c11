// The console's page: what waits for a person, the live calls, and what is open beside them.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { fetchCalls } from './api/client.ts';
import { openEntryStream } from './api/entry-stream.ts';
import type { Session } from './api/types.ts';
import { ApprovalQueue } from './features/approvals/ui/approval-queue.tsx';
import { createLiveCalls } from './features/calls/live-calls.ts';
import { CallList } from './features/calls/ui/call-list.tsx';
import { closeInspector } from './features/inspector/close.ts';
import { Inspector } from './features/inspector/ui/inspector.tsx';
import { useSelection } from './features/selection/use-selection.ts';
import { forgetSession } from './features/session/use-session.ts';
import { refreshMoved } from './live-updates.ts';
import { PageHeader } from './page-header.tsx';
import { text as sessionText } from './features/session/text.ts';
import { text } from './ui/text.ts';

const FIRST_PAGE = 100;

export function ConsolePage({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const [live] = useState(() =>
    createLiveCalls({
      loadPage: () => fetchCalls(FIRST_PAGE),
      openStream: openEntryStream,
      defer: (task, ms) => {
        const timer = window.setTimeout(task, ms);
        return () => window.clearTimeout(timer);
      },
      onEvents: (events) => refreshMoved(client, events),
      onSignedOut: () => forgetSession(client, sessionText.ended),
    }),
  );
  const state = useSyncExternalStore(live.subscribe, live.state);
  const selection = useSelection();
  useEffect(closeOnEscape, []);

  return (
    <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)]">
      <PageHeader session={session} />
      <main
        className={`grid min-h-0 ${selection === null ? '' : 'lg:grid-cols-[minmax(0,1fr)_minmax(26rem,44%)]'}`}
      >
        <h1 className="sr-only">{text.console}</h1>
        <div
          className={`@container min-h-0 scroll-pt-20 overflow-y-auto ${selection === null ? '' : 'max-lg:hidden'}`}
        >
          <ApprovalQueue selected={selection?.kind === 'approval' ? selection.id : null} />
          <CallList live={live} state={state} selected={selection?.kind === 'call' ? selection.id : null} />
        </div>
        {selection !== null && <Inspector selection={selection} session={session} />}
      </main>
    </div>
  );
}

function closeOnEscape(): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    // A half-written reason must not be lost to Escape; an open panel takes the key for itself.
    if (event.target instanceof HTMLTextAreaElement) return;
    if (document.querySelector(':popover-open') !== null) return;
    closeInspector();
  };
  window.addEventListener('keydown', onKeyDown, { capture: true });
  return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
}
