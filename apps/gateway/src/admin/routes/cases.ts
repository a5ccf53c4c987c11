// Cases of policies as the admin API runs them and tells of them: by whoever asks, and with what somebody proposes.
import type { CaseReport, PolicySource } from '@countersign/policy';
import type { CasesUnread, RehearsalRefusal } from '../../rehearsal/desk.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { Refusal } from '../refusal.ts';

const REFUSED = {
  invalid_request: [400, 'malformed_request'],
  invalid_policies: [400, 'invalid_policies'],
  invalid_cases: [400, 'invalid_cases'],
  busy: [409, 'busy'],
  own_busy: [429, 'busy'],
  failed: [503, 'unavailable'],
} as const;

export function rehearsalRefusal({ code, message }: RehearsalRefusal | CasesUnread): Refusal {
  const [status, name] = REFUSED[code];
  return new Refusal(status, name, message);
}

/** Runs a file of cases; throws a Refusal where it cannot be read or run. @param sources null: the set in force */
export async function casesRun(
  deps: Pick<AdminDeps, 'rehearsals'>,
  text: string,
  sources: readonly PolicySource[] | null,
): Promise<{ readonly text: string; readonly report: views.CaseReport }> {
  const tested = await deps.rehearsals.test({ file: 'cases.yaml', text }, sources);
  if (!tested.ok) throw rehearsalRefusal(tested.error);
  return { text, report: reportView(tested.value) };
}

function reportView({ ok, results, coverage }: CaseReport): views.CaseReport {
  return {
    ok,
    results: results.map(({ differences, nearest, diagnostics, ...rest }) => ({
      ...rest,
      differences: differences.map(({ part, wanted, got }) => ({
        part,
        wanted: wanted ?? null,
        got: got ?? null,
      })),
      nearest: nearest.map(({ id, failed }) => ({ id, failed: [...failed] })),
      diagnostics: diagnostics.map(({ severity, file, line, column, message }) => ({
        severity,
        file,
        line,
        column,
        message,
      })),
    })),
    coverage: coverage.map((each) => ({ ...each })),
  };
}
