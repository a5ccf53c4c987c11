// How loud an entry is, once for every format: the words that each of them has for it are mapped from these four.
import type { EntryHeader } from '@countersign/audit';

/**
 * `info`: as it should be. `low`: somebody was refused, or decided about. `medium`: something failed, or is known of no
 * more. `high`: the record itself, its keys or its policies are in question.
 */
export type Severity = 'info' | 'low' | 'medium' | 'high';

export function severityOf(header: EntryHeader): Severity {
  switch (header.kind) {
    case 'call.decided':
      return decidedSeverity(header.body.decision, header.body.reason);
    case 'call.completed':
      return header.body.outcome === 'ok' ? 'info' : 'medium';
    case 'task.settled':
      return header.body.state === 'completed' ? 'info' : 'low';
    case 'push.notified':
      return header.body.state === 'failed' ? 'low' : 'info';
    case 'card.checked':
      return header.body.signature === 'invalid' ? 'high' : 'info';
    case 'approval.reviewed':
      return header.body.verdict === 'approve' ? 'info' : 'low';
    case 'admin.action':
      return header.body.action === 'break_glass' ? 'high' : 'info';
    case 'node.stopped':
      return header.body.reason === 'signal' ? 'info' : 'high';
    case 'checkpoint.published':
      return publishedSeverity(header.body.result);
    case 'call.unknown':
    case 'policy.refused':
      return 'medium';
    case 'log.gap':
    case 'key.revoked':
      return 'high';
    case 'approval.requested':
    case 'approval.closed':
    case 'reject.summary':
    case 'exposure.cleared':
    case 'log.read':
    case 'log.exported':
    case 'log.redacted':
    case 'log.pruned':
    case 'legal_hold.changed':
    case 'clock.stepped':
      return 'low';
    default:
      return 'info';
  }
}

function decidedSeverity(decision: string, reason: string): Severity {
  if (reason === 'policy_error' || reason === 'quarantined' || reason === 'invalid_call_token')
    return 'medium';
  return decision === 'allow' ? 'info' : 'low';
}

function publishedSeverity(result: string): Severity {
  if (result === 'accepted') return 'info';
  return result === 'conflict' ? 'high' : 'medium';
}
