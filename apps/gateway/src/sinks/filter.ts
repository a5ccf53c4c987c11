// Which entries a sink is sent. Pure.
import type { EntryHeader } from '@countersign/audit';
import type { EntryFilter } from './types.ts';

export function isWanted(header: EntryHeader, { kinds, decisions }: EntryFilter): boolean {
  if (kinds !== null && !kinds.includes(header.kind)) return false;
  return header.kind !== 'call.decided' || decisions === null || decisions.includes(header.body.decision);
}
