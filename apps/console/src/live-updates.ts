// What the live stream means for the rest of the page: which answers of the API have become old.
import type { QueryClient } from '@tanstack/react-query';
import type { StreamEvent } from './api/types.ts';

/** Has everything that the events moved fetched again, as far as it is shown. */
export function refreshMoved(client: QueryClient, events: readonly StreamEvent[]): void {
  const keys = new Set<string>();
  for (const event of events) {
    if (event.approval !== null) keys.add('approvals');
    if (event.call === null) continue;
    keys.add(`call ${event.call.id}`);
    keys.add(`chain ${event.call.chain}`);
    if (event.call.approval !== null) keys.add('approvals');
  }
  void client.invalidateQueries({
    predicate: ({ queryKey: [name, id] }) =>
      keys.has(String(name)) || keys.has(`${String(name)} ${String(id)}`),
  });
}
