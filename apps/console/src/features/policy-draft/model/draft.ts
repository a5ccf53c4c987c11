// A draft of a policy set, and what can be done with its files. Pure. Whether it is any good is the gateway's to say: it
// knows the tools.
import type { PolicySource } from '../../../api/types.ts';

/** The set in force that a draft is meant to replace; both null where none was. */
export interface Base {
  readonly digest: string | null;
  readonly version: number | null;
}

export interface Draft {
  /** The version whose text it began with; null: nothing. */
  readonly from: number | null;
  readonly base: Base;
  readonly files: readonly PolicySource[];
  /** A file of cases, YAML; no part of the set. */
  readonly cases: string;
}

const SUFFIXES = ['.cedar', '.links.yaml', '.meters.yaml'] as const;

const MAX_NAME = 256;

export type NameFault = 'empty' | 'suffix' | 'taken' | 'long';

/** What is wrong with the name of a file; null where nothing is. @param now the name that it has, if it has one */
export function nameFault(draft: Draft, name: string, now: string | null = null): NameFault | null {
  if (SUFFIXES.some((suffix) => name === suffix) || name.trim() === '') return 'empty';
  if (name.length > MAX_NAME) return 'long';
  if (!SUFFIXES.some((suffix) => name.endsWith(suffix))) return 'suffix';
  return name !== now && draft.files.some(({ file }) => file === name) ? 'taken' : null;
}

const edited = (draft: Draft, files: readonly PolicySource[]): Draft => ({ ...draft, files });

export const withText = (draft: Draft, name: string, text: string): Draft =>
  edited(
    draft,
    draft.files.map((each) => (each.file === name ? { file: name, text } : each)),
  );

/** With these files, in the place of those of the same names. */
export function withFiles(draft: Draft, files: readonly PolicySource[]): Draft {
  const all = new Map([...draft.files, ...files].map(({ file, text }) => [file, text]));
  return edited(
    draft,
    [...all].map(([file, text]) => ({ file, text })),
  );
}

export const renamed = (draft: Draft, name: string, to: string): Draft =>
  edited(
    draft,
    draft.files.map((each) => (each.file === name ? { file: to, text: each.text } : each)),
  );

export const without = (draft: Draft, name: string): Draft =>
  edited(
    draft,
    draft.files.filter(({ file }) => file !== name),
  );

export const withCases = (draft: Draft, cases: string): Draft => ({ ...draft, cases });

/** What is imported under a name: a file of the set, of cases, or nothing that a set has. */
export function kindOfImport(name: string): 'set' | 'cases' | null {
  if (SUFFIXES.some((suffix) => name.endsWith(suffix))) return 'set';
  return /\.ya?ml$/.test(name) ? 'cases' : null;
}
