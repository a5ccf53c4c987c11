// A person takes an approval back before it is used. Whoever may give one may take any back: that lets nothing through
// (DESIGN section 8). A call that redeems it in the same instant wins or loses as a whole.
import { ok, type Result } from '../errors.ts';
import { closedEntry, closing } from './changes.ts';
import type { EngineDeps } from './deps.ts';
import type { Approval, Revocation, RevokeRefusal } from './types.ts';

export async function revokeGrant(
  { approval: id, by, reason }: Revocation,
  deps: EngineDeps,
): Promise<Result<Approval, RevokeRefusal>> {
  const approval = await deps.reads.byId(id);
  if (approval === null) return no('not_found', `there is no approval request \`${id}\``);
  if (approval.state !== 'approved')
    return no('not_approved', `the request is ${approval.state}: there is no approval to take back`);
  const result = await deps.writer.commit({
    entries: [closedEntry(approval, 'withdrawn', reason, by)],
    ...closing(approval, 'withdrawn', deps.now()),
  });
  if (result.ok) return ok((await deps.reads.byId(id)) ?? approval);
  return result.code === 'log_unavailable'
    ? no('log_unavailable', 'the audit log cannot be written, so the approval still stands')
    : no('not_approved', 'the approval was used or ended meanwhile');
}

function no(code: RevokeRefusal['code'], message: string): Result<never, RevokeRefusal> {
  return { ok: false, error: { code, message } };
}
