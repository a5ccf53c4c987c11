// What a rehearsal is asked and what it answers: a made-up call, or a stretch of recorded ones, decided by a set that is
// not in force. Plain data: it crosses to a thread and back by copy.
import type {
  CallFacts,
  CaseReport,
  Decision,
  Diagnostic,
  PolicyChange,
  PolicySource,
  Prospect,
  ReplayReport,
  SchemaInput,
} from '@countersign/policy';
import type { Callable, Questions } from '../permissions/questions.ts';
import type { DiffItem } from '../policies/diff.ts';

/** Since a time (milliseconds since the epoch), or the latest so many calls. */
export type Window = { readonly since: number } | { readonly last: number };

export interface DiffJob {
  /** Whose log is replayed. */
  readonly dataDir: string;
  readonly sources: readonly PolicySource[];
  /** What the candidate is typed by. */
  readonly input: SchemaInput;
  /** The set in force; null where none is. */
  readonly base: readonly PolicySource[] | null;
  readonly window: Window;
}

/** How much of what was asked for was looked at. */
export interface Covered {
  /** When the first entry of it was recorded, milliseconds since the epoch; null where nothing was. */
  readonly since: number | null;
  /** Entries of the log, and how many of them were read in archives. */
  readonly entries: number;
  readonly archived: number;
  /** Of those entries, how many were left, where there was more than is decided again at a time. */
  readonly left: number;
}

export interface DiffProgress {
  /** Entries of the log that were looked at, and that are to be. */
  readonly entries: number;
  readonly of: number;
  readonly decisions: number;
}

export interface PolicyDiff {
  /** Null where the candidate does not validate: then nothing was replayed. */
  readonly candidate: { readonly digest: string; readonly policies: number } | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Digest of the set in force; null where none is, or it can no longer be compiled. */
  readonly base: string | null;
  readonly changes: readonly DiffItem[];
  readonly replay: ReplayReport | null;
  /** Null where nothing was replayed. */
  readonly covered: Covered | null;
  /** Whether the window held more decisions than are replayed at a time. */
  readonly isCut: boolean;
}

export interface SimulateJob {
  readonly sources: readonly PolicySource[];
  readonly input: SchemaInput;
  readonly facts: CallFacts;
  readonly grants: readonly string[];
}

export interface CasesJob {
  /** A file of cases, as people write it. */
  readonly cases: PolicySource;
  readonly sources: readonly PolicySource[];
  /** What policies are typed by, and cases that declare nothing of their own. */
  readonly input: SchemaInput;
}

/** What came of cases; or why the file holds none. */
export type CasesRan =
  | { readonly ok: true; readonly report: CaseReport }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** The decision of a candidate; or why it is none. */
export type Simulated =
  | { readonly ok: true; readonly decision: Decision; readonly sentence: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A set as it is to be read; `digest` is its address, where it was in force once. */
export interface SetToRead {
  readonly sources: readonly PolicySource[];
  readonly digest: string | null;
}

export interface CompareJob {
  /** Null for none: nothing is permitted. */
  readonly before: SetToRead | null;
  readonly after: SetToRead;
  /** What both are typed by: the tools of today. */
  readonly input: SchemaInput;
  readonly questions: Questions;
}

/** What becomes of an agent's calls on a thing, by the one set and by the other. */
export interface ReachChange extends Pick<Callable, 'upstream' | 'kind' | 'name'> {
  readonly agent: string;
  readonly before: Prospect['answer'];
  /** The same as before where only the call itself could tell them apart. */
  readonly after: Prospect['answer'];
  /** Ids of the policies among those that differ that have a say in it. */
  readonly policies: readonly string[];
}

export interface Shift {
  readonly before: Prospect['answer'];
  readonly after: Prospect['answer'];
  readonly count: number;
}

export interface Compared {
  /** Null where one of them cannot be read. */
  readonly policies: readonly PolicyChange[] | null;
  readonly diagnostics: { readonly before: readonly Diagnostic[]; readonly after: readonly Diagnostic[] };
  /** Null where one of them does not validate today. */
  readonly reach: {
    /** How many were asked about. */
    readonly agents: number;
    readonly targets: number;
    /** Of all pairs. */
    readonly shifts: readonly Shift[];
    /** The first of them. */
    readonly changes: readonly ReachChange[];
    /** Not everybody and everything was looked at. */
    readonly isCut: boolean;
  } | null;
}
