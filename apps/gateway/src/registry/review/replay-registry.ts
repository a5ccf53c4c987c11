// What a change of the registry would have done to recorded calls: those in which a changed object takes part are decided
// twice by the set in force, with what is registered now and with what would be. So only what the change does is told,
// and not what policy or anything else has done since. Reads the log, and the archives of what came before it, through
// connections that cannot write.
import {
  buildSchema,
  compile,
  openReplay,
  type PolicySource,
  type RecordedDecision,
  rebuiltEntities,
  type RegisteredFacts,
  type Replay,
  type ReplayReport,
  type SchemaInput,
  type ValidSet,
} from '@countersign/policy';
import { ArchiveError } from '../../archive/archive-error.ts';
import { sha256Hex } from '../../policies/sha256.ts';
import { coveredOf, decisionsOf, historyOf, outOfReachText } from '../../rehearsal/history.ts';
import type { Covered } from '../../rehearsal/types.ts';
import type { Readers } from '../../store/readers.ts';
import { openReaders } from '../../store/sqlite/readers.ts';
import { type Concerned, factsOf, mentions } from './concerned.ts';

/** Plain data: it crosses to a thread by copy. */
export interface RegistryReplayJob {
  /** Whose log is replayed. */
  readonly dataDir: string;
  /** The set in force, and what it is typed by. */
  readonly sources: readonly PolicySource[];
  readonly input: SchemaInput;
  /** What is registered now, and what would be. */
  readonly before: Concerned;
  readonly after: Concerned;
  /** The latest so many calls. */
  readonly last: number;
  /** What is not looked at by then stays so. */
  readonly budgetMs: number;
}

/** Decisions are those that a changed object takes part in. */
export interface RegistryReplay extends Omit<ReplayReport, 'set'> {
  /** Recorded decisions that were looked at for them. */
  readonly lookedAt: number;
  readonly covered: Covered;
  /** Whether time ran out before the end of the window. */
  readonly isCut: boolean;
}

export type RegistryReplayed =
  | { readonly ok: true; readonly replay: RegistryReplay }
  | { readonly ok: false; readonly message: string };

/** Nothing is replayed where a part of what is looked at lies in an archive that is out of reach. */
export async function replayRegistry(job: RegistryReplayJob): Promise<RegistryReplayed> {
  const schema = buildSchema(job.input, sha256Hex);
  const compiled = compile(job.sources, schema, { sha256Hex });
  if (!compiled.ok)
    return { ok: false, message: 'the policy set in force does not fit the tools as they are now' };
  const { readers, close } = openReaders(job.dataDir);
  try {
    return await replayWindow(job, { set: compiled.set, schema }, readers);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { ok: false, message: `${outOfReachText(error.message)}, and propose it again` };
  } finally {
    close();
  }
}

async function replayWindow(
  { before, after, last, budgetMs }: RegistryReplayJob,
  inForce: ValidSet,
  readers: Pick<Readers, 'decisions' | 'entries' | 'log'>,
): Promise<RegistryReplayed> {
  const [as, would] = [openReplay(inForce), openReplay(inForce)];
  if (!as.ok) return as;
  if (!would.ok) return would;
  const deadline = performance.now() + budgetMs;
  const isMentioned = mentions({
    agents: [...before.agents, ...after.agents],
    users: [...before.users, ...after.users],
    servers: [...before.servers, ...after.servers],
  });
  const twice = decideTwice(as.replay, would.replay, factsOf(before), factsOf(after));
  const history = await historyOf({ last }, readers);
  let lookedAt = 0;
  let next = history.from;
  let isCut = false;
  for await (const batch of decisionsOf(history, readers)) {
    for (const recorded of batch.decisions) {
      isCut ||= performance.now() > deadline;
      if (isCut) break;
      lookedAt += 1;
      if (recorded.entities !== null && isMentioned(recorded.entities)) twice(recorded);
    }
    if (isCut) break;
    ({ next } = batch);
  }
  const { set: _, ...report } = would.replay.report();
  const covered = coveredOf(history, isCut ? history.to - next : 0);
  return { ok: true, replay: { lookedAt, ...report, covered, isCut } };
}

function decideTwice(as: Replay, would: Replay, before: RegisteredFacts, after: RegisteredFacts) {
  return (recorded: RecordedDecision): void => {
    const entities = entitiesIn(recorded.entities);
    const changed = entities === null ? null : rebuiltEntities(entities, after);
    if (entities === null || changed === null) return;
    const today = { ...recorded, entities: JSON.stringify(rebuiltEntities(entities, before) ?? entities) };
    const decided = as.add(today);
    // What cannot be decided as it is now cannot be decided as it would be, for the same reason, and is counted by it.
    const baseline =
      decided.kind === 'not_replayed'
        ? today
        : {
            ...today,
            outcome: decided.to,
            reason: decided.decision.reason,
            sentence: decided.sentence ?? recorded.sentence,
          };
    would.add({ ...baseline, entities: JSON.stringify(changed) });
  };
}

type Entities = Parameters<typeof rebuiltEntities>[0];

/** Null where they are not what a gateway writes. */
function entitiesIn(text: string | null): Entities | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return Array.isArray(value) ? (value as Entities) : null;
  } catch {
    return null;
  }
}
