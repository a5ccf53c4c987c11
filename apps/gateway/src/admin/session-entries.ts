// What the log says of sessions: who opened one, how, and that it ended. Names stand in the committed detail, never in the
// header (docs/log-format.md).
import type { EntryDraft } from '@countersign/audit';

type Action = EntryDraft<'admin.action'>['body']['action'];

export function adminAction(
  action: Action,
  user: EntryDraft<'admin.action'>['body']['user'],
  detail: Readonly<Record<string, unknown>>,
): EntryDraft<'admin.action'> {
  return {
    kind: 'admin.action',
    call: null,
    agent: null,
    chain: null,
    body: { action, user },
    details: { detail: JSON.stringify(detail) },
  };
}
