// What a server tells models of itself in its handshake: a text that they act on like any definition, so that only what was
// accepted is told (ADR 0033).
import type { Operation } from '@countersign/audit';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { Container } from '../json/types.ts';
import { type Edit, editMembers } from '../json/splice.ts';
import type { Visibility } from './lists.ts';

/** Answers in which servers introduce themselves. */
export const INTRODUCTIONS: ReadonlySet<Operation> = new Set<Operation>([
  'mcp:initialize',
  'mcp:server/discover',
]);

const ITEM = { kind: 'instructions', name: 'instructions' } as const;

/** What takes them away where they were not accepted. @param result as it was scanned strictly. */
export async function unacceptedInstructions(
  { upstream }: CompletedCall,
  result: Readonly<Record<string, unknown>>,
  containers: ReadonlyMap<string, Container>,
  visibility: Pick<Visibility, 'isShown' | 'known'>,
): Promise<readonly Edit[]> {
  const envelope = containers.get('result');
  if (upstream.kind !== 'mcp' || envelope?.members.has('instructions') !== true) return [];
  await visibility.known(upstream, [ITEM]);
  const isShown = visibility.isShown(upstream, ITEM, JSON.stringify(result['instructions']));
  return isShown ? [] : editMembers(envelope, new Map([['instructions', null]]));
}
