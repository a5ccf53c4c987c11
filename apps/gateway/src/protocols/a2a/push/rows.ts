// The rows of push notification configs. The address that an agent posts to holds a secret, and each post a token: the gateway
// keeps their digests only, and the client's own address and secrets in a cell that is sealed.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PushConfigRecord } from '../../../store/readers/push-configs.ts';
import type { Change } from '../../../store/types.ts';

/** What an agent is told: it is not known again from what is stored. */
export interface Webhook {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

export function newWebhook(id: string): Webhook {
  return { id, secret: randomBytes(32).toString('base64url'), token: randomBytes(32).toString('base64url') };
}

export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function isToken(row: PushConfigRecord, token: string): boolean {
  return timingSafeEqual(Buffer.from(row.token), Buffer.from(digestOf(token)));
}

export function putConfig(row: Omit<PushConfigRecord, 'secret' | 'token'>, webhook: Webhook): Change {
  return {
    put: 'push_configs',
    row: {
      id: row.id,
      secret: digestOf(webhook.secret),
      token: digestOf(webhook.token),
      name: row.name,
      task: row.task,
      message: row.message,
      upstream_uid: row.upstreamUid,
      agent_uid: row.agentUid,
      subject: row.subject,
      call: row.call,
      decided: row.decided,
      registered: row.registered ? 1 : 0,
      parked: row.parked ?? new Uint8Array(),
      created_at: row.createdAt,
    },
  };
}

export function removeConfig(id: string): Change {
  return { remove: 'push_configs', where: { id } };
}

export function bindConfig(id: string, task: string): Change {
  return { update: 'push_configs', set: { task }, where: { id } };
}
