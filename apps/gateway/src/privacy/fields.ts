// Which details of an entry go when a person's data is erased, or was kept long enough. What stays by default names no
// person: which agent acted, through whom, on what, and which labels followed, so that the log still tells what happened.
import type { EntryHeader, EntryKind } from '@countersign/audit';
import { DONE_BY } from '../store/payload/holder-name.ts';

const STAYS: Readonly<Partial<Record<EntryKind, readonly string[]>>> = {
  'call.decided': ['caller', 'actors', 'resource', 'labels', 'meters', 'trace'],
  'call.completed': ['labels', 'meters'],
  'approval.requested': ['guards'],
  'approval.reviewed': ['reviewer'],
  'approval.closed': ['actor'],
  'change.proposed': ['effect', 'author'],
  // What decisions are replayed from, and what verifies the log itself, is about nobody.
  'policy.activated': ['sources', 'diff', 'broken'],
  'policy.refused': ['sources', 'diagnostics'],
  'policy.shadowed': ['sources'],
  'catalog.changed': ['before', 'after'],
  'definition.accepted': ['name', 'before', 'after'],
  'node.started': ['version', 'config'],
  'config.changed': ['before', 'after'],
  'key.created': ['public'],
  'key.rotated': ['public', 'manifest'],
  'key.revoked': ['manifest'],
  'checkpoint.published': ['name', 'proof', 'error'],
  'checkpoint.received': ['note'],
  'log.gap': ['explanation'],
  'log.pruned': ['archive'],
};

/** What says who destroyed what, and on what grounds, is never destroyed itself. */
const NEVER: ReadonlySet<EntryKind> = new Set(['log.redacted', 'legal_hold.changed', 'log.opened']);

/**
 * The details of an entry that go, of those that it has.
 *
 * @param fields names that somebody chose; null: the default.
 * @param isTheirOwn the entry is about what the person did themselves, such as a review: then nothing of it stays.
 */
export function namesToErase(
  { kind, body, commits }: EntryHeader,
  fields: readonly string[] | null,
  isTheirOwn = false,
): readonly string[] {
  if (NEVER.has(kind)) return [];
  const present = Object.entries(commits).flatMap(([name, commit]) => (commit === null ? [] : [name]));
  if (fields !== null) return present.filter((name) => fields.includes(name));
  // The address of a resource may well say whose it is; the name of a tool does not.
  const isAddress = 'operation' in body && body.operation.startsWith('mcp:resources/');
  const stays = isTheirOwn && DONE_BY[kind] !== null ? [] : (STAYS[kind] ?? []);
  return present.filter((name) => !stays.includes(name) || (name === 'resource' && isAddress));
}
