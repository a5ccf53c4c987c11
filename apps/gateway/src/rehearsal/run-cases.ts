// Runs a file of cases against a set, in engines of their own.
import { readCases, runCases } from '@countersign/policy';
import { sha256Hex } from '../policies/sha256.ts';
import type { CasesJob, CasesRan } from './types.ts';

export function runCaseFile({ cases, sources, input }: CasesJob): CasesRan {
  const read = readCases(cases);
  if (!read.ok) return { ok: false, diagnostics: read.diagnostics };
  return { ok: true, report: runCases(read.cases, { sources, registered: input, sha256Hex }) };
}
