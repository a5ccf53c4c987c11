// The live stream of the log, open as long as the console is: one connection that keeps every page's answers fresh and
// feeds the list of calls.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { fetchCalls } from '../api/client.ts';
import { openEntryStream } from '../api/entry-stream.ts';
import { forgetSession } from '../features/session/use-session.ts';
import { text } from '../features/session/text.ts';
import { createLiveEntries, type LiveEntries, type LiveStatus } from '../live-entries.ts';
import { refreshMoved } from '../live-updates.ts';
import { defer } from '../timers.ts';

const Context = createContext<LiveEntries | null>(null);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [entries] = useState(() =>
    createLiveEntries({
      logSize: async () => (await fetchCalls({ limit: '1' })).asOf,
      openStream: openEntryStream,
      defer,
      onSignedOut: () => forgetSession(client, text.ended),
    }),
  );
  useEffect(() => entries.listen((events) => refreshMoved(client, events)), [entries, client]);
  return <Context value={entries}>{children}</Context>;
}

/** Errors: throws outside the signed-in part of the console. */
export function useLiveEntries(): LiveEntries {
  const entries = use(Context);
  if (entries === null) throw new Error('there is no live stream here');
  return entries;
}

export function useLiveStatus(): LiveStatus {
  const entries = useLiveEntries();
  return useSyncExternalStore(entries.subscribe, entries.status);
}
