// The live stream of the log, open as long as the console is: one connection that keeps every page's answers fresh and
// feeds the list of calls.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useState, useSyncExternalStore, type ReactNode } from 'react';
import { fetchCalls } from '../api/client.ts';
import { openEntryStream } from '../api/entry-stream.ts';
import { createLiveCalls, type LiveCalls, type LiveState } from '../features/calls/live-calls.ts';
import { forgetSession } from '../features/session/use-session.ts';
import { text } from '../features/session/text.ts';
import { refreshMoved } from '../live-updates.ts';

const FIRST_PAGE = 100;

interface Live {
  readonly live: LiveCalls;
  readonly state: LiveState;
}

const Context = createContext<Live | null>(null);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
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
      onSignedOut: () => forgetSession(client, text.ended),
    }),
  );
  const state = useSyncExternalStore(live.subscribe, live.state);
  return <Context value={{ live, state }}>{children}</Context>;
}

/** Errors: throws outside the signed-in part of the console. */
export function useLive(): Live {
  const live = use(Context);
  if (live === null) throw new Error('there is no live stream here');
  return live;
}
