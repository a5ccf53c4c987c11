// Which kinds of entries a log mostly consists of: those are looked for in the log itself, the others by a list of theirs.
import type { EntryKind } from '@countersign/audit';

export const isFrequentKind = (kind: EntryKind): boolean =>
  kind === 'call.decided' || kind === 'call.completed';
