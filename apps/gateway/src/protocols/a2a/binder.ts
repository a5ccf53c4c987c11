// Binds what an agent's answer names to the caller, before the caller is told of it: tasks and contexts belong to
// (agent, subject, upstream), and an answer about somebody else's task is never passed on (DESIGN section 7).
// Gives back the names by which this caller knows those ids.
import type { EntryDraft } from '@countersign/audit';
import type { ObligationPath } from '@countersign/policy';
import { ok, refuse, type Result } from '../../errors.ts';
import { contextHolder, holdMasks, taskHolder } from '../../obligations/held-masks.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { holdersOf } from '../../pipeline/facts.ts';
import { exposureChanges } from '../../pipeline/record.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import type { Change } from '../../store/types.ts';
import type { AgentAnswer } from './answer.ts';
import { contextBinder } from './context-binder.ts';
import type { IdSite, Rename } from './ids.ts';
import { isMessageCall, namedContextOf, namedTaskOf } from './named.ts';
import { type A2aReaders, isOwn } from './reads.ts';
import {
  actualTask,
  mintId,
  newTask,
  nextState,
  sameAs,
  settledEntry,
  taskChange,
  type Writes,
} from './rows.ts';
import { settledState } from './states.ts';

export interface BinderDeps {
  readonly pipeline: Deps;
  readonly readers: A2aReaders;
}

/** An answer that is no error. */
export type Said = Exclude<AgentAnswer, { readonly kind: 'error' }>;
type TaskAnswer = Extract<Said, { readonly state: unknown }>;

export interface Binder {
  /**
   * The caller's names for the ids in `said`; all that is bound is durable before this resolves.
   *
   * @param masks what must stay masked in all that these tasks and contexts still bring.
   * @param labels of what is said: the caller is exposed to them, and the task's chain carries them.
   */
  bind(said: Said, masks: readonly ObligationPath[], labels: readonly string[]): Promise<Result<Rename>>;
}

/** Somebody else changed the same rows meanwhile: read them again. */
const ATTEMPTS = 4;

interface TaskWrites extends Writes {
  readonly entries: readonly EntryDraft[];
  /** The chain that the task works for; its labels come with the answer. */
  readonly chain: string | null;
  /** The task, by all names that it has here. */
  readonly holders: readonly string[];
}

const NOTHING: TaskWrites = { changes: [], preconditions: [], entries: [], chain: null, holders: [] };

/** @param parked the task that stands for this call, where it was held and sent later. */
export function createBinder(call: RecordedCall, deps: BinderDeps, parked: TaskRecord | null): Binder {
  const { pipeline, readers } = deps;
  const { tasks } = readers;
  const isMessage = isMessageCall(call);
  const names = new Map<string, string>();
  const contexts = contextBinder(call, readers, names, parked);
  const brought = new Set<string>();
  const heldMasks = new Set<string>();
  /** What a task that stands for another is known to say already. */
  let aliasState: string | null = null;
  let asked: TaskRecord | null = null;
  /** The one task that this call is answered with. */
  let answered: string | null = null;

  /** The ids that the caller named keep the names it used. */
  async function knowAsked(): Promise<void> {
    names.clear();
    const id = namedTaskOf(call);
    const context = namedContextOf(call);
    asked = id === null ? null : await tasks.get(id);
    if (asked !== null) {
      const actual = await actualTask(asked, readers);
      if (actual.upstreamTask !== null) names.set(`task ${actual.upstreamTask}`, asked.id);
      await contexts.know(asked.context);
    }
    if (context !== null) await contexts.know(context);
    if (parked !== null) await contexts.know(parked.context);
  }

  async function bindTask(
    said: TaskAnswer,
    id: string,
    context: string,
    now: number,
  ): Promise<Result<TaskWrites>> {
    if (answered !== null && answered !== id)
      return invalid('it goes on with another task than it began with');
    const key = `task ${id}`;
    if (!isMessage && !names.has(key)) return invalid('it is about another task than the one asked for');
    const row = await tasks.byUpstream(call.upstream.uid, id);
    // SECURITY: one caller's task must not be shown to another, whatever the agent answers.
    if (row !== null && !isOwn(row, call)) return invalid('it names a task that belongs to another caller');
    const decided = await decidedIndex(call, isMessage ? null : row, readers);
    if (row === null) return ok(await bindNew(said, id, context, decided, now));
    names.set(key, parked?.id ?? names.get(key) ?? row.id);
    return ok(bindKnown(said, row, decided, now));
  }

  async function bindNew(
    said: TaskAnswer,
    upstreamTask: string,
    context: string,
    decided: number,
    now: number,
  ): Promise<TaskWrites> {
    const state = said.state ?? 'TASK_STATE_SUBMITTED';
    const { chain } = call.link;
    const owner = { call: call.id, chain, agentUid: call.caller.agent?.uid ?? '', decided };
    const entries = settledEntry(owner, state, said.result);
    const key = `task ${upstreamTask}`;
    if (parked !== null) {
      names.set(key, parked.id);
      const holders = [taskHolder(parked.id)];
      return { ...taskChange(parked, { upstream_task: upstreamTask, state }, now), entries, chain, holders };
    }
    // Two agents may choose the same id; here it must name one task.
    const id = (await tasks.get(upstreamTask)) === null ? upstreamTask : mintId();
    names.set(key, id);
    const holders = [taskHolder(id)];
    return { ...newTask(call, { id, upstreamTask, context, state }, now), entries, chain, holders };
  }

  function bindKnown(said: TaskAnswer, row: TaskRecord, decided: number, now: number): TaskWrites {
    const state = nextState(row, said.state);
    // The work goes on under the newest message: that is the call whose token extends the chain.
    const isTakenUp = isMessage && row.call !== call.id;
    const owner = isTakenUp
      ? { call: call.id, chain: call.link.chain, agentUid: row.agentUid, decided }
      : { call: row.call, chain: row.chain, agentUid: row.agentUid, decided };
    const own: Writes =
      state !== row.state || isTakenUp
        ? taskChange(row, { state, call: owner.call, chain: owner.chain }, now)
        : { changes: [], preconditions: [] };
    return {
      changes: [...own.changes, ...bindAlias(row, state, now)],
      preconditions: own.preconditions,
      entries: settledState(row.state) === null ? settledEntry(owner, state, said.result) : [],
      chain: row.chain,
      holders: [taskHolder(row.id), ...(parked === null ? [] : [taskHolder(parked.id)])],
    };
  }

  /** The gateway's own task that stands for this one keeps up with it. */
  function bindAlias(row: TaskRecord, state: string, now: number): readonly Change[] {
    const alias = parked ?? (isMessage ? null : asked);
    if (alias === null || alias.id === row.id || aliasState === state) return [];
    aliasState = state;
    const stands = parked === null ? {} : { result: sameAs(row.id) };
    return taskChange(alias, { state, ...stands }, now).changes;
  }

  /** What the work behind the answer has touched, the caller is exposed to, before it sees the first byte of it. */
  async function unseenLabels(chain: string | null, found: readonly string[]): Promise<string[]> {
    const own = await pipeline.reads.chainLabels(call.link.chain);
    const others = chain === null || chain === call.link.chain ? [] : await pipeline.reads.chainLabels(chain);
    return [...new Set([...own, ...others, ...found])].filter((label) => !brought.has(label));
  }

  /** The work goes on in a chain of its own where its answer came to a poll. */
  function ofTask(chain: string | null, found: readonly string[]): Change[] {
    if (chain === null || chain === call.link.chain) return [];
    const unseen = found.filter((label) => !brought.has(label));
    return unseen.map((label) => ({ ensure: 'chain_labels', row: { chain, label } }));
  }

  function unheld(holders: readonly string[], masks: readonly ObligationPath[]): Change[] {
    return holdMasks(holders, masks).filter((change) => !heldMasks.has(JSON.stringify(change)));
  }

  async function attempt(
    said: Said,
    masks: readonly ObligationPath[],
    found: readonly string[],
  ): Promise<Result<'again' | 'done'>> {
    await knowAsked();
    const now = pipeline.now();
    const context = await contexts.bind(primary(said, 'context'), now);
    const id = said.kind === 'message' ? null : primary(said, 'task');
    let task = NOTHING;
    if (said.kind !== 'message' && id !== null) {
      const bound = await bindTask(said, id, context.name, now);
      if (!bound.ok) return bound;
      task = bound.value;
    }
    const labels = await unseenLabels(task.chain, found);
    const ofContext = context.name === '' ? [] : [contextHolder(call.upstream.uid, context.name)];
    const masking = unheld([...task.holders, ...ofContext], masks);
    const changes = [
      ...masking,
      ...context.changes,
      ...task.changes,
      ...exposureChanges(holdersOf(call), labels, call, pipeline),
      ...ofTask(task.chain, found),
    ];
    if (changes.length > 0 || task.entries.length > 0) {
      const result = await pipeline.writer.commit({
        entries: task.entries,
        changes,
        preconditions: task.preconditions,
      });
      if (!result.ok && result.code === 'log_unavailable') return unrecorded(call, result.message);
      if (!result.ok) {
        aliasState = null;
        return ok('again');
      }
    }
    contexts.written();
    for (const change of masking) heldMasks.add(JSON.stringify(change));
    for (const label of labels) brought.add(label);
    answered ??= id;
    return ok('done');
  }

  /** Other tasks and contexts that the answer mentions: by the caller's names where it has some. */
  async function know({ kind, value }: IdSite): Promise<void> {
    const key = `${kind} ${value}`;
    if (names.has(key)) return;
    if (kind === 'context') return contexts.mention(value);
    const row = await tasks.byUpstream(call.upstream.uid, value);
    names.set(key, row !== null && isOwn(row, call) ? row.id : value);
  }

  return {
    async bind(said, masks, labels) {
      for (let tries = 0; tries < ATTEMPTS; tries++) {
        const done = await attempt(said, masks, labels);
        if (!done.ok) return done;
        if (done.value === 'again') continue;
        for (const site of said.ids) await know(site);
        return ok(({ kind, value }: IdSite) => names.get(`${kind} ${value}`) ?? value);
      }
      return refuse(
        'internal',
        `the rows of the task of ${call.id} kept changing`,
        'the gateway could not take note of this task: ask for it again',
      );
    },
  };
}

function primary(said: Said, kind: IdSite['kind']): string | null {
  return said.ids.find((site) => site.isPrimary && site.kind === kind)?.value ?? null;
}

/** The entry that allowed the message that a task works for: this call's, or, for a poll, that of the row's call. */
async function decidedIndex(
  call: RecordedCall,
  row: TaskRecord | null,
  { calls }: A2aReaders,
): Promise<number> {
  if (row === null) return call.receipt?.index ?? 0;
  return (await calls.get(row.call))?.decidedIndex ?? 0;
}

function invalid(why: string): Result<never> {
  return refuse(
    'upstream_invalid',
    why,
    `the agent behind this gateway gave an answer that cannot be relayed: ${why}`,
  );
}

function unrecorded(call: RecordedCall, why: string): Result<never> {
  return refuse(
    'outcome_unrecorded',
    `task of ${call.id}: ${why}`,
    `what the agent answered to ${call.id} could not be recorded, so it is withheld: do not send it again`,
  );
}
