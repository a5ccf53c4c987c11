// Masks that outlive their call: a session that may be resumed, a task that is polled, a context that goes on. Whatever
// comes back of those later is masked as the first answer was, also by another process (DESIGN section 6).
import type { ObligationPath } from '@countersign/policy';
import type { InboundCall } from '../pipeline/types.ts';
import type { Change } from '../store/types.ts';

export function sessionHolder({
  upstream,
  sessionId,
}: Pick<InboundCall, 'upstream' | 'sessionId'>): string[] {
  return sessionId === null ? [] : [`session ${upstream.uid} ${sessionId}`];
}

/** @param id as the gateway knows it. */
export function taskHolder(id: string): string {
  return `task ${id}`;
}

export function contextHolder(upstreamUid: string, id: string): string {
  return `context ${upstreamUid} ${id}`;
}

export function holdMasks(holders: readonly string[], paths: readonly ObligationPath[]): Change[] {
  return holders.flatMap((holder) =>
    paths.map((path): Change => ({ ensure: 'masks', row: { holder, path: path.text } })),
  );
}
