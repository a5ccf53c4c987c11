// What reviewers of a policy set decide on, out of what the change stores: its files, the set that it is to replace, and what
// the gateway made of its cases. Pure. Null for a shape that this page does not know.
import type { CaseReport, PolicySource } from '../../../api/types.ts';

export interface PolicyProposal {
  readonly files: readonly PolicySource[];
  /** Digest of the set that it is to replace; null where none was in force. */
  readonly base: string | null;
  /** The version that is gone back to; null where the set is another one. */
  readonly rollback: number | null;
}

export function policyProposal(proposal: unknown): PolicyProposal | null {
  if (!isRecord(proposal)) return null;
  const { base, rollback } = proposal;
  const files = allOf(proposal['sources'], sourceOf);
  if (files === null || !(base === null || typeof base === 'string')) return null;
  return { files, base, rollback: typeof rollback === 'number' ? rollback : null };
}

type Cases = Pick<CaseReport, 'results' | 'coverage'>;

/** Null where none were given. */
export function proposedCases(effect: unknown): Cases | null {
  if (!isRecord(effect) || !isRecord(effect['cases'])) return null;
  const { report } = effect['cases'];
  if (!isRecord(report)) return null;
  const results = allOf(report['results'], resultOf);
  const coverage = allOf(report['coverage'], coverageOf);
  return results === null || coverage === null ? null : { results, coverage };
}

function sourceOf(value: unknown): PolicySource | null {
  if (!isRecord(value)) return null;
  const { file, text } = value;
  return typeof file === 'string' && typeof text === 'string' ? { file, text } : null;
}

function resultOf(value: unknown): Cases['results'][number] | null {
  if (!isRecord(value)) return null;
  const { name, ok, file, line, column, sentence } = value;
  const differences = allOf(value['differences'], differenceOf);
  const nearest = allOf(value['nearest'], nearestOf);
  const diagnostics = allOf(value['diagnostics'], diagnosticOf);
  if (differences === null || nearest === null || diagnostics === null) return null;
  if (typeof name !== 'string' || typeof ok !== 'boolean' || typeof file !== 'string') return null;
  if (typeof line !== 'number' || typeof column !== 'number') return null;
  const said = typeof sentence === 'string' ? sentence : null;
  return { name, ok, file, line, column, sentence: said, differences, nearest, diagnostics };
}

function differenceOf(value: unknown): Cases['results'][number]['differences'][number] | null {
  if (!isRecord(value) || typeof value['part'] !== 'string') return null;
  return { part: value['part'], wanted: value['wanted'], got: value['got'] };
}

function nearestOf(value: unknown): Cases['results'][number]['nearest'][number] | null {
  if (!isRecord(value) || typeof value['id'] !== 'string') return null;
  const failed = allOf(value['failed'], (one) => (typeof one === 'string' ? one : null));
  return failed === null ? null : { id: value['id'], failed: [...failed] };
}

function diagnosticOf(value: unknown): Cases['results'][number]['diagnostics'][number] | null {
  if (!isRecord(value)) return null;
  const { severity, file, line, column, message } = value;
  if (severity !== 'error' && severity !== 'warning') return null;
  if (typeof file !== 'string' || typeof message !== 'string') return null;
  return typeof line === 'number' && typeof column === 'number'
    ? { severity, file, line, column, message }
    : null;
}

function coverageOf(value: unknown): Cases['coverage'][number] | null {
  if (!isRecord(value)) return null;
  const { id, kind, file, line, column, matched, errored, state } = value;
  if (kind !== 'permit' && kind !== 'forbid' && kind !== 'guard') return null;
  if (state !== 'matched' && state !== 'only_errored' && state !== 'never_matched') return null;
  if (typeof id !== 'string' || typeof file !== 'string') return null;
  if (typeof line !== 'number' || typeof column !== 'number') return null;
  if (typeof matched !== 'number' || typeof errored !== 'number') return null;
  return { id, kind, file, line, column, matched, errored, state };
}

/** Null where one of them is not what it should be: less must not be shown than there is. */
function allOf<T>(value: unknown, read: (one: unknown) => T | null): T[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.map(read).filter((one) => one !== null);
  return found.length === value.length ? found : null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
