// The notifications that a server may send its client, by name: whatever else it says there is dropped and counted, since
// nobody has looked at what it could mean to a client (protocols.md 1.2 and 1.4). Pure.
import type { Revision } from '@countersign/audit';
import { refuse, type Rejection } from '../../errors.ts';
import { MODERN_REVISION } from './operations.ts';
import type { ListKind } from './listen-filter.ts';

/** By method: the first revision that has it, and whether 2026-07-28 sends it beside an answer. */
const KNOWN: ReadonlyMap<string, { readonly since: string; readonly isModern: boolean }> = new Map([
  ['notifications/progress', { since: '2024-11-05', isModern: true }],
  ['notifications/message', { since: '2024-11-05', isModern: true }],
  ['notifications/cancelled', { since: '2024-11-05', isModern: false }],
  ['notifications/tools/list_changed', { since: '2024-11-05', isModern: false }],
  ['notifications/prompts/list_changed', { since: '2024-11-05', isModern: false }],
  ['notifications/resources/list_changed', { since: '2024-11-05', isModern: false }],
  ['notifications/resources/updated', { since: '2024-11-05', isModern: false }],
  ['notifications/elicitation/complete', { since: '2025-11-25', isModern: false }],
]);

const LISTS: ReadonlyMap<string, ListKind> = new Map([
  ['notifications/tools/list_changed', 'tools'],
  ['notifications/prompts/list_changed', 'prompts'],
  ['notifications/resources/list_changed', 'resources'],
]);

/** Whether it may come on the stream of a call, or on the standalone stream of a session. */
export function isRelayed(method: string, revision: Revision): boolean {
  const known = KNOWN.get(method);
  if (known === undefined) return false;
  return revision === MODERN_REVISION ? known.isModern : known.since <= revision;
}

/** The list that it says has changed; null for any other notification. */
export function changedList(method: string): ListKind | null {
  return LISTS.get(method) ?? null;
}

/** To be counted: what a server said that its client is not told. */
export function unrelayed(server: string, what: string): Rejection {
  return refuse('unknown_operation', `server \`${server}\` sent ${what}, which is not relayed`).error;
}
