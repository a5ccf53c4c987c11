// What is masked in an agent's answers: what the call owes, and what the task and the context that an answer belongs to
// carry from earlier messages. A poll owes nothing of its own, and must tell no more than the first answer did.
import type { ObligationPath } from '@countersign/policy';
import { contextHolder, taskHolder } from '../../obligations/held-masks.ts';
import { maskPaths, masksOf } from '../../obligations/of-call.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import type { AgentAnswer } from './answer.ts';
import { namedContextOf, namedTaskOf } from './named.ts';
import { type A2aReaders, principalOf } from './reads.ts';
import { actualTask } from './rows.ts';

export interface WorkMasks {
  /** @param answer null before there is one that can be read. */
  of(answer: AgentAnswer | null): Promise<readonly ObligationPath[]>;
}

export function workMasks(
  call: RecordedCall,
  { pipeline, readers }: { readonly pipeline: Pick<Deps, 'masks'>; readonly readers: A2aReaders },
  parked: TaskRecord | null,
): WorkMasks {
  const { uid } = call.upstream;
  const { tasks } = readers;

  async function ofRow(row: TaskRecord | null): Promise<string[]> {
    if (row === null) return [];
    const actual = await actualTask(row, readers);
    return [row, actual].flatMap(({ id, context }) => [taskHolder(id), contextHolder(uid, context)]);
  }

  async function named(): Promise<string[]> {
    const task = namedTaskOf(call);
    const context = namedContextOf(call);
    return [
      ...(await ofRow(parked)),
      ...(await ofRow(task === null ? null : await tasks.get(task))),
      ...(context === null ? [] : [contextHolder(uid, context)]),
    ];
  }

  async function ofAnswer(answer: AgentAnswer | null): Promise<string[]> {
    if (answer === null || answer.kind === 'error') return [];
    const holders: string[] = [];
    for (const { kind, value } of answer.ids) {
      if (kind === 'task') holders.push(...(await ofRow(await tasks.byUpstream(uid, value))));
      else {
        const row = await tasks.contextByUpstream(uid, value, principalOf(call));
        if (row !== null) holders.push(contextHolder(uid, row.id));
      }
    }
    return holders;
  }

  return {
    async of(answer) {
      const held = await pipeline.masks.held([...(await named()), ...(await ofAnswer(answer))]);
      const own = masksOf(call);
      const known = new Set(own.map(({ text }) => text));
      return [...own, ...maskPaths(held.filter((text) => !known.has(text)))];
    },
  };
}
