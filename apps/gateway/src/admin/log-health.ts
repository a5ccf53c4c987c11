// How the log stands, in one value: how far it was verified, what is signed, and what somebody else holds.
import type { Trust } from '@countersign/audit';
import type { HeldStatus } from '../publication/held.ts';
import type { PublicationRecord } from '../store/readers/publications.ts';
import type * as views from './client.ts';
import type { AdminDeps } from './deps.ts';
import { isoTime, isoTimeOfEntry, isoTimeOrNull } from './view.ts';

export async function logHealth(
  deps: Pick<AdminDeps, 'readers' | 'verification' | 'index' | 'publication' | 'fault' | 'concerns'>,
): Promise<views.LogHealth> {
  const { origin, size } = await deps.readers.log.head();
  const checkpoint = await deps.readers.log.latestCheckpoint();
  const { state, verifiedTo, brokenAt, message, checkedAt } = deps.verification.status();
  const index = deps.index.status();
  const held = deps.publication.held();
  return {
    origin,
    size,
    archivedTo: await deps.readers.log.archivedTo(),
    verification: { state, verifiedTo, brokenAt, message, checkedAt: isoTimeOrNull(checkedAt) },
    index: { ...index, checkedAt: isoTimeOrNull(index.checkedAt) },
    checkpoint: checkpoint === null ? null : { size: checkpoint.size, time: isoTimeOfEntry(checkpoint.time) },
    held: {
      size: held.size,
      by: held.by,
      at: isoTimeOrNull(held.at),
      waitingMs: Math.round(held.waitingMs),
    },
    quorum: quorumView(deps.publication.trust(), held),
    holders: deps.publication.standing().map(holderView),
    fault: deps.fault(),
    concerns: [...deps.concerns()],
  };
}

function quorumView(trust: Trust | null, held: HeldStatus): views.LogHealth['quorum'] {
  if (trust === null) return null;
  const { witnesses, groups, quorum } = trust;
  const isWitness = (name: string | null): boolean => witnesses.some((one) => one.name === name);
  const group = groups.find(({ name }) => name === quorum);
  return {
    needed: isWitness(quorum) ? 1 : group?.members.every(isWitness) === true ? group.threshold : null,
    of: group?.members.every(isWitness) === true ? group.members.length : witnesses.length,
    metTo: held.by === 'witnesses' ? held.size : 0,
  };
}

function holderView(record: PublicationRecord): views.LogHealth['holders'][number] {
  const { kind, name, target, size, acceptedAt, result, triedAt, failingSince, error } = record;
  return {
    kind,
    name,
    target,
    size,
    acceptedAt: isoTimeOrNull(acceptedAt),
    result,
    triedAt: isoTime(triedAt),
    failingSince: isoTimeOrNull(failingSince),
    error,
  };
}
