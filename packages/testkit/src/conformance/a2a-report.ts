// What the runs of A2A found, as Markdown for docs/conformance.md: the same results are the same text.
import { type A2aDiffers, differing } from './a2a-differs.ts';
import type { A2aFinding } from './a2a-prove.ts';

/** A table of operations and ways, what came of each, and what differs with the reasons. */
export function renderA2a(findings: readonly A2aFinding[], differs: A2aDiffers): string {
  const ways = [...new Set(findings.map(({ way }) => way))];
  const rows = [...Map.groupBy(findings, ({ operation }) => operation)].map(([operation, found]) =>
    row([operation, ...ways.map((way) => cell(found.find((each) => each.way === way)))]),
  );
  const counts = ways.map((way) => {
    const found = findings.filter((each) => each.way === way);
    return row([way, String(found.length), String(found.filter(differing).length)]);
  });
  return [
    table(['binding', 'operations', 'differ'], counts),
    told(findings, differs),
    table(['operation', ...ways], rows),
  ].join('\n\n');
}

function told(findings: readonly A2aFinding[], differs: A2aDiffers): string {
  const found = findings.filter(differing);
  if (found.length === 0) return 'No result differs.';
  const rows = [...Map.groupBy(found, whyOf(differs))].flatMap(([why, sharing]) =>
    [...Map.groupBy(sharing, ({ operation }) => operation)].map(([operation, each]) => {
      const [direct, through] = [
        each.map((one) => outcome(one.direct)),
        each.map((one) => outcome(one.through)),
      ];
      return row([operation, each.map(({ way }) => way).join(', '), words(direct), words(through), why]);
    }),
  );
  return `What differs:\n\n${table(['operation', 'binding', 'direct', 'through', 'why'], rows)}`;
}

const whyOf =
  (differs: A2aDiffers) =>
  ({ operation, way }: A2aFinding): string =>
    differs[way]?.[operation] ?? 'unexpected';

function cell(finding: A2aFinding | undefined): string {
  if (finding === undefined) return 'not tried';
  return differing(finding) ? '**differs**' : outcome(finding.direct);
}

/** A result, or the name of the error that the client threw. */
function outcome(json: string): string {
  const { result } = JSON.parse(json) as { readonly result?: { readonly error?: unknown } | null };
  return typeof result?.error === 'string' ? result.error : 'result';
}

const words = (outcomes: readonly string[]): string => [...new Set(outcomes)].join(', ');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(head), row(head.map(() => '---')), ...rows].join('\n');
