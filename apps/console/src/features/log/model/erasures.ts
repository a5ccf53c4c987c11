// What was destroyed, erasure by erasure: a large one is recorded in several entries, which are told as one. And what a proposed
// one would destroy, as far as its effect is told in a way that this page knows.
import type { ErasureList } from '../../../api/types.ts';

type Recorded = ErasureList['erasures'][number];

export interface Erased {
  readonly key: string;
  readonly cause: Recorded['cause'];
  readonly change: string | null;
  readonly basis: string | null;
  readonly author: string | null;
  readonly reviewers: readonly string[];
  /** When the last of it was recorded. */
  readonly time: string;
  readonly details: number;
  readonly entries: number;
  /** Indexes of the entries that record it, the newest first. */
  readonly recordedAt: readonly number[];
  readonly exports: Recorded['exports'];
  readonly sinks: Recorded['sinks'];
  readonly unreached: Recorded['unreached'];
}

/** `recorded` come newest first; so do those that come of it. What retention takes is told day by day for each rule. */
export function erasuresOf(recorded: readonly Recorded[]): readonly Erased[] {
  const found = new Map<string, Erased>();
  for (const one of recorded) {
    const key = one.change ?? JSON.stringify([one.time.slice(0, 10), one.basis]);
    const known = found.get(key);
    found.set(key, {
      ...(known ?? { ...one, key, recordedAt: [] }),
      details: (known?.details ?? 0) + one.details,
      entries: (known?.entries ?? 0) + one.entries,
      recordedAt: [...(known?.recordedAt ?? []), one.entry],
    });
  }
  return [...found.values()];
}

export interface ErasureEffect {
  readonly basis: string;
  readonly entries: number;
  readonly details: number;
  readonly calls: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly fields: readonly string[];
  readonly agents: readonly { readonly agent: string; readonly calls: number }[];
  readonly held: readonly { readonly hold: string; readonly reason: string; readonly entries: number }[];
  readonly exports: readonly { readonly id: string; readonly actor: string; readonly at: string }[];
  /** Left out by proposals of an earlier version, like what follows. */
  readonly untold?: number;
  readonly unreached?: readonly { readonly log: string; readonly why: string }[];
}

/** Null for what is told otherwise: then it is shown as the data it is. */
export function effectOf(effect: unknown): ErasureEffect | null {
  if (!isRecord(effect)) return null;
  const { basis, entries, details, calls, from, to, fields, agents, held, exports } = effect;
  const { untold = 0, unreached = [] } = effect;
  const isKnown =
    typeof basis === 'string' &&
    [entries, details, calls, untold].every((number) => typeof number === 'number') &&
    [from, to].every((time) => time === null || typeof time === 'string') &&
    areAll(fields, (field) => typeof field === 'string') &&
    areAll(agents, (one) => has(one, { agent: 'string', calls: 'number' })) &&
    areAll(held, (one) => has(one, { hold: 'string', reason: 'string', entries: 'number' })) &&
    areAll(exports, (one) => has(one, { id: 'string', actor: 'string', at: 'string' })) &&
    areAll(unreached, (one) => has(one, { log: 'string', why: 'string' }));
  return isKnown ? (effect as unknown as ErasureEffect) : null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areAll = (value: unknown, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);
const has = (value: unknown, types: Readonly<Record<string, string>>): boolean =>
  isRecord(value) && Object.entries(types).every(([name, type]) => typeof value[name] === type);
