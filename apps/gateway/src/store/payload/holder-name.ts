// Whose values an entry holds: they are sealed with a key of that person (or, where there is none, of the agent or of the
// gateway itself), so that destroying one key destroys what was stored of one person and day. Pure.
import { type EntryDraft, isId } from '@countersign/audit';

/** What stands for the person, the agent or the gateway; never stored: the key store knows only its keyed digest. */
export type HolderName = `subject ${string}` | `agent ${string}` | 'system' | 'state';

export const SYSTEM: HolderName = 'system';

/** Of cells of state tables: no person's, since they outlive nobody. */
export const STATE: HolderName = 'state';

export const subjectHolder = (name: string): HolderName => `subject ${name}`;

export const agentHolder = (agent: string | null): HolderName =>
  agent !== null && isId(agent, 'agt') ? `agent ${agent}` : SYSTEM;

/** What a draft says by itself: null for an entry of a call, whose decision says it. */
export function ownHolder(draft: EntryDraft): HolderName | null {
  switch (draft.kind) {
    case 'call.decided': {
      const subject = memberOf(draft.details.subject, 'subject');
      return subject === null ? agentHolder(draft.agent) : subjectHolder(subject);
    }
    case 'approval.reviewed':
    case 'change.reviewed': {
      const reviewer = memberOf(draft.details.reviewer, 'name');
      return reviewer === null ? SYSTEM : subjectHolder(reviewer);
    }
    case 'approval.closed': {
      // Who took it back; what ended by itself is of the call.
      const actor = memberOf(draft.details.actor, 'name');
      return actor === null ? holderOfCall(draft) : subjectHolder(actor);
    }
    case 'change.proposed': {
      // A proposal to erase a person's data names them: it has to go with the rest.
      const subject = draft.body.of === 'erasure' ? memberOf(draft.details.proposal, 'subject') : null;
      return subject === null ? SYSTEM : subjectHolder(subject);
    }
    default:
      return holderOfCall(draft);
  }
}

const holderOfCall = ({ call, agent }: EntryDraft): HolderName | null =>
  call === null ? agentHolder(agent) : null;

function memberOf(text: string | Uint8Array | undefined, name: string): string | null {
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
