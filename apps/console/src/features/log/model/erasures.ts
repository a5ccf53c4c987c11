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
  readonly untold: Recorded['untold'];
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
  readonly moreExports: number;
  /** Where details of it were sent on to. */
  readonly sinks: readonly { readonly sink: string; readonly kind: string; readonly to: string }[];
  /** Entries in archives of earlier logs, and how many there. */
  readonly archives: readonly { readonly log: string; readonly folder: string; readonly entries: number }[];
  /** Archived entries of which all that is sealed goes with its keys; how many of those nobody asked for. */
  readonly archived: number;
  readonly alongside: number;
  /** Calls that are not over; archived entries that stay; calls of which nobody can tell whether they are meant. */
  readonly open: number;
  readonly archivedLeft: number;
  readonly untold: number;
  readonly unreached: readonly { readonly log: string; readonly why: string }[];
}

/** What proposals of earlier versions do not say. */
const LATER = {
  moreExports: 0,
  sinks: [],
  archives: [],
  archived: 0,
  alongside: 0,
  open: 0,
  archivedLeft: 0,
  untold: 0,
  unreached: [],
} as const satisfies Partial<ErasureEffect>;

/** Null for what is told otherwise: then it is shown as the data it is. */
export function effectOf(effect: unknown): ErasureEffect | null {
  if (!isRecord(effect)) return null;
  const told = { ...LATER, ...effect } as Readonly<Record<string, unknown>>;
  const isKnown =
    has(told, { basis: 'string', ...COUNTS }) &&
    [told['from'], told['to']].every((time) => time === null || typeof time === 'string') &&
    areAll(told['fields'], (field) => typeof field === 'string') &&
    Object.entries(LISTS).every(([name, types]) => areAll(told[name], (one) => has(one, types)));
  return isKnown ? (told as unknown as ErasureEffect) : null;
}

const COUNTS = {
  entries: 'number',
  details: 'number',
  calls: 'number',
  moreExports: 'number',
  archived: 'number',
  alongside: 'number',
  open: 'number',
  archivedLeft: 'number',
  untold: 'number',
} as const;
const LISTS = {
  agents: { agent: 'string', calls: 'number' },
  held: { hold: 'string', reason: 'string', entries: 'number' },
  exports: { id: 'string', actor: 'string', at: 'string' },
  sinks: { sink: 'string', kind: 'string', to: 'string' },
  archives: { log: 'string', folder: 'string', entries: 'number' },
  unreached: { log: 'string', why: 'string' },
} as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areAll = (value: unknown, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);
const has = (value: unknown, types: Readonly<Record<string, string>>): boolean =>
  isRecord(value) && Object.entries(types).every(([name, type]) => typeof value[name] === type);
