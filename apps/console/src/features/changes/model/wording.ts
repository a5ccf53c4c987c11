// The words for changes: their states, what they are of and what they would do.
import type { Change, PolicyDifference } from '../../../api/types.ts';
import type { Sign } from '../../calls/model/wording.ts';

const STATES: Readonly<Record<Change['state'], Sign>> = {
  pending: { tone: 'hold', label: 'Waiting' },
  applied: { tone: 'allow', label: 'In effect' },
  rejected: { tone: 'deny', label: 'Rejected' },
  withdrawn: { tone: 'quiet', label: 'Withdrawn by the author' },
  expired: { tone: 'deny', label: 'Expired' },
  failed: { tone: 'warn', label: 'Could not be made' },
};

const KINDS: Readonly<Record<Change['of'], string>> = {
  policy: 'the policies in force',
  registry: 'the registry',
  exposure: 'what an agent was exposed to',
  erasure: 'what the log still says',
};

export const stateSign = (state: Change['state']): Sign => STATES[state];
export const kindText = (of: Change['of']): string => KINDS[of];

export const approvalsOf = (change: Pick<Change, 'reviews'>): number =>
  change.reviews.filter(({ verdict }) => verdict === 'approve').length;

/** What a change of policies would do to them; null for what is none, or is told in a way that this page does not know. */
export function differenceOf(of: Change['of'], effect: unknown): readonly PolicyDifference[] | null {
  if (of !== 'policy' || !isRecord(effect) || !Array.isArray(effect['diff'])) return null;
  return effect['diff'].every(isDifference) ? effect['diff'] : null;
}

export type LineTone = 'added' | 'removed' | 'place' | 'same';

/** The lines of a unified diff, each with what it stands for; the sign stays in the text. */
export function diffLines(diff: string): readonly { readonly text: string; readonly tone: LineTone }[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map((text) => ({ text, tone: toneOf(text) }));
}

function toneOf(line: string): LineTone {
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('@@') ? 'place' : 'same';
}

export function reviewFault(verdict: 'approve' | 'reject', reason: string): string | null {
  if (reason.trim() !== '') return null;
  return verdict === 'reject'
    ? 'Say why not: your reason becomes part of the record.'
    : 'Say what you looked at: your reason becomes part of the record.';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isDifference(value: unknown): value is PolicyDifference {
  return (
    isRecord(value) &&
    ['what', 'name', 'change', 'file', 'diff'].every((name) => typeof value[name] === 'string')
  );
}
