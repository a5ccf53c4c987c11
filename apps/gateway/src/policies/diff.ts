// What one policy set changes against another: policies by id, so that moving one to another file is no change, and the
// other files (links, meters) as they are. Pure.
import type { CompiledPolicySet, PolicySource } from '@countersign/policy';
import { createTwoFilesPatch } from 'diff';

export interface DiffItem {
  /** `policy`: `name` is its id. `file`: `name` is the file. */
  readonly what: 'policy' | 'file';
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Where it stands now; for what is removed, where it stood. */
  readonly file: string;
  /** Unified diff of its text, without a header. */
  readonly diff: string;
}

export interface SetToCompare {
  readonly sources: readonly PolicySource[];
  /** Null where the set cannot be compiled now: then all its files are compared as they are. */
  readonly set: Pick<CompiledPolicySet, 'policies'> | null;
}

interface Text {
  readonly file: string;
  readonly text: string;
}

export function diffSets(before: SetToCompare, after: SetToCompare): readonly DiffItem[] {
  const isWhole = before.set === null || after.set === null;
  const isCompared = ({ file }: PolicySource) => isWhole || !file.endsWith('.cedar');
  const files = ({ sources }: SetToCompare) =>
    new Map(sources.filter(isCompared).map(({ file, text }) => [file, { file, text }]));
  const policies = ({ set }: SetToCompare) =>
    new Map(isWhole || set === null ? [] : set.policies.map(({ id, file, text }) => [id, { file, text }]));
  return [
    ...compare('policy', policies(before), policies(after)),
    ...compare('file', files(before), files(after)),
  ];
}

function compare(
  what: DiffItem['what'],
  before: ReadonlyMap<string, Text>,
  after: ReadonlyMap<string, Text>,
): DiffItem[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): DiffItem[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old?.text === now?.text) return [];
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    const diff = unified(old?.text ?? '', now?.text ?? '');
    return [{ what, name, change, file: (now ?? old)?.file ?? '', diff }];
  });
}

/** Beyond so many differing lines the search for the shortest diff takes longer than anybody would wait. */
const MAX_EDITS = 2000;

function unified(before: string, after: string): string {
  const patch = createTwoFilesPatch('', '', lines(before), lines(after), undefined, undefined, {
    context: 3,
    maxEditLength: MAX_EDITS,
  });
  if (patch === undefined) return `${marked('-', before)}${marked('+', after)}`;
  return patch.slice(Math.max(0, patch.indexOf('@@')));
}

function marked(mark: '-' | '+', text: string): string {
  return lines(text).replaceAll(/^(?!$)|^(?=\n)/gm, mark);
}

/** A policy's text ends without a newline, which is nothing to remark on in each hunk. */
function lines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
