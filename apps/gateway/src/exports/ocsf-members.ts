// The parts of an OCSF event that depend on what happened: the call as an API operation, its ends, the verdict of the
// security control, and the outcome. Pure.
import type { EntryHeader } from '@countersign/audit';
import type { Facts, Named } from './facts.ts';
import { shortened } from './text.ts';
import type { ExportedEntry } from './types.ts';

const MAX_TEXT = 8192;

export type Member = string | number | boolean | readonly Member[] | Members;
export interface Members {
  readonly [name: string]: Member | null;
}

/** OCSF leaves out what is not known; it has no null. */
export function dropEmpty(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

/**
 * 1 Create, 2 Read, 3 Update, 4 Delete where the operation itself says so; what a tool does with a call is not known
 * here, so that a call of one is 99 Other with its own name.
 */
export function activityOf(
  header: EntryHeader,
  { operation }: Pick<Facts, 'operation'>,
): readonly [number, string] {
  if (header.kind === 'registry.changed') {
    const activities = { created: [1, 'Create'], updated: [3, 'Update'], deleted: [4, 'Delete'] } as const;
    return activities[header.body.op];
  }
  if (header.kind === 'log.read' || (operation !== null && READS.has(operation))) return [2, 'Read'];
  return [99, operation ?? header.kind];
}

const READS: ReadonlySet<string> = new Set([
  'mcp:tools/list',
  'mcp:prompts/list',
  'mcp:prompts/get',
  'mcp:resources/list',
  'mcp:resources/templates/list',
  'mcp:resources/read',
  'a2a:task/get',
  'a2a:card',
]);

export function apiOf(
  { header }: ExportedEntry,
  { operation, upstream, revision, httpStatus, outcome }: Facts,
): Members {
  const service = named(upstream);
  return dropEmpty({
    operation: operation ?? header.kind,
    version: revision,
    service,
    request: header.call === null ? null : { uid: header.call },
    response:
      header.kind === 'call.completed'
        ? dropEmpty({ code: httpStatus, error: outcome === 'ok' ? null : outcome })
        : null,
  });
}

/** Where it came from and where it went. The log holds no network addresses: ids stand for both ends. */
export function endpoints({ header }: ExportedEntry, { agent, upstream, resource }: Facts): Members {
  return dropEmpty({
    src_endpoint: dropEmpty({ uid: agent.id ?? header.node, name: cut(agent.name) }),
    dst_endpoint: named(upstream),
    // 1 Target.
    resources: resource === null ? null : [{ name: cut(resource), role_id: 1, role: 'Target' }],
  });
}

/** `action_id` 1 Allowed, 2 Denied, 0 Unknown: a held call is neither yet. `disposition_id` 1 Allowed, 2 Blocked, 14 Delayed. */
const VERDICT = {
  allow: { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' },
  deny: { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' },
  hold: { action_id: 0, action: 'Unknown', disposition_id: 14, disposition: 'Delayed' },
} as const;

export function outcomeMembers(
  header: EntryHeader,
  { decision, outcome, reason, httpStatus }: Facts,
): Members {
  const [statusId, status] = statusOf(header);
  return dropEmpty({
    ...(decision === null ? {} : VERDICT[decision]),
    status_id: statusId,
    status,
    status_code: outcome ?? reason,
    status_detail: httpStatus === null ? null : `HTTP ${httpStatus}`,
  });
}

/** 1 Success, 2 Failure, 0 Unknown: of the activity, which a denial is the failure of. */
function statusOf(header: EntryHeader): readonly [number, string] {
  switch (header.kind) {
    case 'call.decided':
      if (header.body.decision === 'hold') return [0, 'Unknown'];
      return header.body.decision === 'deny' ? [2, 'Failure'] : [1, 'Success'];
    case 'call.completed':
      return header.body.outcome === 'ok' ? [1, 'Success'] : [2, 'Failure'];
    case 'call.unknown':
      return [0, 'Unknown'];
    case 'task.settled':
      return header.body.state === 'completed' ? [1, 'Success'] : [2, 'Failure'];
    case 'push.notified':
      return header.body.state === 'failed' ? [2, 'Failure'] : [1, 'Success'];
    case 'checkpoint.published':
      return header.body.result === 'accepted' ? [1, 'Success'] : [2, 'Failure'];
    case 'policy.refused':
    case 'reject.summary':
    case 'log.gap':
      return [2, 'Failure'];
    default:
      return [1, 'Success'];
  }
}

function named({ id, name }: Named): Members | null {
  return id === null && name === null ? null : dropEmpty({ uid: id, name: cut(name) });
}

function cut(text: string | null): string | null {
  return text === null ? null : shortened(text, MAX_TEXT).toWellFormed();
}
