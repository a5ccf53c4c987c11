// Whose values an entry holds: they are sealed with a key of that person (or, where there is none, of the agent or of the
// gateway itself), so that destroying one key destroys what was stored of one person and day. Pure.
import {
  type Detail,
  type ENTRY_KINDS,
  type EntryDraft,
  type EntryHeader,
  type EntryKind,
  fromUtf8,
  isId,
} from '@countersign/audit';

/** What stands for the person, the agent or the gateway; never stored: the key store knows only its keyed digest. */
export type HolderName = `subject ${string}` | `agent ${string}` | 'system' | 'state';

export const SYSTEM: HolderName = 'system';

/** Of cells of state tables: no person's, since they outlive nobody. */
export const STATE: HolderName = 'state';

export const subjectHolder = (name: string): HolderName => `subject ${name}`;

export const agentHolder = (agent: string | null): HolderName =>
  agent !== null && isId(agent, 'agt') ? `agent ${agent}` : SYSTEM;

type DetailOf<K extends EntryKind> = (typeof ENTRY_KINDS)[K]['commits'][number];

/**
 * Of each kind the detail that names the person who did what the entry says, and whose values the entry therefore holds. Null
 * where nobody is named so, or where the name is never forgotten, since it says who answers for the gateway itself
 * (docs/how-to/erase-personal-data.md). All kinds stand here: a new one does not compile before somebody has decided.
 */
export const DONE_BY: { readonly [K in EntryKind]: DetailOf<K> | null } = {
  'approval.reviewed': 'reviewer',
  'approval.closed': 'actor',
  'change.reviewed': 'reviewer',
  'log.opened': null,
  'node.started': null,
  'node.stopped': null,
  'call.decided': null,
  'call.completed': null,
  'call.unknown': null,
  'task.settled': null,
  'push.notified': null,
  'approval.requested': null,
  'registry.changed': null,
  'catalog.changed': null,
  'card.checked': null,
  'definition.accepted': null,
  'policy.activated': null,
  'policy.refused': null,
  'policy.shadowed': null,
  'policy.differed': null,
  'change.proposed': null,
  'change.closed': null,
  'exposure.cleared': null,
  'reject.summary': null,
  'traffic.summary': null,
  'stream.segment': null,
  'admin.action': null,
  'config.changed': null,
  'key.created': null,
  'key.rotated': null,
  'key.revoked': null,
  'log.read': null,
  'log.exported': null,
  'log.redacted': null,
  'log.pruned': null,
  'log.gap': null,
  'legal_hold.changed': null,
  'clock.stepped': null,
  'checkpoint.published': null,
  'checkpoint.received': null,
};

type Values = Readonly<Record<string, string | Uint8Array | undefined>>;

/** Whom the values of an entry are about, as far as they say so themselves; null for nobody, or whomever its call is for. */
export function personIn(
  { kind, body }: Pick<EntryDraft | EntryHeader, 'kind' | 'body'>,
  details: Values,
): string | null {
  if (kind === 'call.decided') return memberOf(details['subject'], 'subject');
  // A proposal to erase a person's data names them: it has to go with the rest.
  if (kind === 'change.proposed')
    return 'of' in body && body.of === 'erasure' ? memberOf(details['proposal'], 'subject') : null;
  const name = DONE_BY[kind];
  return name === null ? null : memberOf(details[name], 'name');
}

/** What a draft says by itself: null for an entry of a call, whose decision says it. */
export function ownHolder(draft: EntryDraft): HolderName | null {
  const person = personIn(draft, draft.details);
  if (person !== null) return subjectHolder(person);
  switch (draft.kind) {
    case 'call.decided':
      return agentHolder(draft.agent);
    case 'approval.reviewed':
    case 'change.reviewed':
    case 'change.proposed':
      return SYSTEM;
    default:
      // A request for approval that ended by itself, too, is of the call.
      return draft.call === null ? agentHolder(draft.agent) : null;
  }
}

/**
 * Whose key what is left of an entry goes under: a person's whom it still names, so that it is found and goes when they are
 * to be forgotten; null where it names nobody.
 */
export function holderLeft(entry: EntryHeader, kept: readonly Detail[]): HolderName | null {
  const person = personIn(entry, Object.fromEntries(kept.map(({ name, value }) => [name, value])));
  return person === null ? null : subjectHolder(person);
}

function memberOf(given: string | Uint8Array | undefined, name: string): string | null {
  const text = given instanceof Uint8Array ? fromUtf8(given) : given;
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    return typeof member === 'string' && member !== '' ? member : null;
  } catch {
    return null;
  }
}
