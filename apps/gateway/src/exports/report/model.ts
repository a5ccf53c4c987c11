// The calls of a report, put together from entries: each with its decisions, the people who were asked, and how it ended.
// Pure; details are data that another version may have written, so what has not the expected shape is left out.
import type { EntryHeader } from '@countersign/audit';
import { detailJson, detailObject, detailText, isObject, type JsonObject, member } from '../entry.ts';
import { type Facts, factsOf } from '../facts.ts';
import type { ExportContext, ExportedEntry } from '../types.ts';

export interface ReportedPolicy {
  readonly id: string;
  readonly effect: string | null;
  readonly where: string | null;
  readonly description: string | null;
  readonly text: string | null;
  readonly role: 'decided this' | 'asked for approval' | 'came nearest';
  readonly reads: readonly { readonly path: string; readonly value: string }[];
}

export interface ReportedStep {
  readonly entry: ExportedEntry;
  readonly facts: Facts;
}

export interface ReportedCall {
  readonly id: string;
  readonly level: number;
  /** The newest decision: what the call came to. */
  readonly decided: ReportedStep;
  readonly steps: readonly ReportedStep[];
  readonly policies: readonly ReportedPolicy[];
  /** Words of the gateway for why the agent, tool and outcome are as they are; null where it is not disclosed. */
  readonly sentence: string | null;
  readonly request: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly labels: readonly string[];
  /** How it ended, in one word; null while it is open. */
  readonly outcome: string | null;
  /** Microseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface ReportModel {
  readonly calls: readonly ReportedCall[];
  /** Entries that belong to no call here. */
  readonly others: readonly ReportedStep[];
  readonly all: readonly ReportedStep[];
}

export async function reportModel(
  entries: readonly ExportedEntry[],
  context: ExportContext,
): Promise<ReportModel> {
  const all = await Promise.all(
    entries.map(async (entry) => ({ entry, facts: await factsOf(entry, context) })),
  );
  const byCall = new Map<string, ReportedStep[]>();
  const others: ReportedStep[] = [];
  for (const step of all) {
    const { call } = step.entry.header;
    if (call === null) others.push(step);
    else byCall.set(call, [...(byCall.get(call) ?? []), step]);
  }
  const levels = new Map<string, number>();
  const calls: ReportedCall[] = [];
  for (const [id, steps] of byCall) {
    const decided = steps.findLast(({ entry }) => entry.header.kind === 'call.decided');
    if (decided === undefined) {
      others.push(...steps);
      continue;
    }
    const parent = decided.facts.parent;
    const level = parent === null ? 0 : (levels.get(parent) ?? -1) + 1;
    levels.set(id, level);
    calls.push(reportedCall(id, level, decided, steps));
  }
  return { calls: inTreeOrder(calls), others: others.sort((a, b) => a.entry.index - b.entry.index), all };
}

function reportedCall(
  id: string,
  level: number,
  decided: ReportedStep,
  steps: readonly ReportedStep[],
): ReportedCall {
  const ended = steps.findLast(({ entry }) => isEnd(entry.header));
  const last = steps.at(-1) ?? decided;
  const labels = detailJson(decided.entry, 'labels');
  return {
    id,
    level,
    decided,
    steps,
    policies: policiesOf(decided.entry, steps),
    sentence: decided.facts.sentence,
    request: detailText(decided.entry, 'request'),
    result: ended === undefined ? null : detailText(ended.entry, 'result'),
    error: ended === undefined ? null : detailText(ended.entry, 'error'),
    labels: Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [],
    outcome: ended?.facts.outcome ?? null,
    startedAt: steps[0]?.entry.header.time ?? decided.entry.header.time,
    endedAt: last.entry.header.time,
  };
}

function isEnd({ kind }: EntryHeader): boolean {
  return kind === 'call.completed' || kind === 'call.unknown' || kind === 'task.settled';
}

/** Of the newest decision, and the guards of the one that was held: they are why people were asked. */
function policiesOf(decided: ExportedEntry, steps: readonly ReportedStep[]): readonly ReportedPolicy[] {
  const held = steps.find(({ facts }) => facts.decision === 'hold')?.entry ?? null;
  const guards = held === null ? [] : listIn(detailObject(held, 'explanation'), 'guards');
  const guardIds = new Set(guards.map((guard) => member(guard, 'id')));
  const told = (entry: ExportedEntry, list: string, role: ReportedPolicy['role']) =>
    listIn(detailObject(entry, 'explanation'), list).map((policy) => reportedPolicy(policy, role));
  const deciding = [
    ...told(decided, 'determining', 'decided this'),
    ...(held === null || held === decided ? [] : told(held, 'determining', 'decided this')),
  ].map((policy) => (guardIds.has(policy.id) ? { ...policy, role: 'asked for approval' as const } : policy));
  const missing = guards
    .filter((guard) => !deciding.some(({ id }) => id === member(guard, 'id')))
    .map((guard) => reportedPolicy(guard, 'asked for approval'));
  const nearest = told(decided, 'nearest', 'came nearest');
  const seen = new Set<string>();
  return [...deciding, ...missing, ...nearest].filter(({ id, role }) => {
    const key = `${role} ${id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function reportedPolicy(policy: JsonObject, role: ReportedPolicy['role']): ReportedPolicy {
  const file = member(policy, 'file');
  const { line } = policy;
  return {
    id: member(policy, 'id') ?? 'without a name',
    effect: member(policy, 'effect'),
    where: file === null ? null : `${file}${typeof line === 'number' ? `:${line}` : ''}`,
    description: member(policy, 'description'),
    text: member(policy, 'text'),
    role,
    reads: listIn(policy, 'reads').flatMap((read) => {
      const path = member(read, 'path');
      return path === null
        ? []
        : [{ path, value: 'value' in read ? JSON.stringify(read['value']) : 'absent' }];
    }),
  };
}

function listIn(object: JsonObject | null, name: string): readonly JsonObject[] {
  const list = object !== null && Object.hasOwn(object, name) ? object[name] : null;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Children stand under the call that made them; within a level in order of the log. */
function inTreeOrder(calls: readonly ReportedCall[]): readonly ReportedCall[] {
  const known = new Set(calls.map(({ id }) => id));
  const children = new Map<string | null, ReportedCall[]>();
  for (const call of calls) {
    const { parent } = call.decided.facts;
    const under =
      parent !== null && known.has(parent) && parent !== call.id && call.level > 0 ? parent : null;
    children.set(under, [...(children.get(under) ?? []), call]);
  }
  const ordered: ReportedCall[] = [];
  const open = (children.get(null) ?? []).toReversed();
  for (let call = open.pop(); call !== undefined; call = open.pop()) {
    ordered.push(call);
    open.push(...(children.get(call.id) ?? []).toReversed());
  }
  return ordered;
}
