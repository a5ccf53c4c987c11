// Whether a tool's result is what its definition says (MCP 2025-06-18, `outputSchema`). What does not fit is recorded, and
// withheld where the server's manifest says so: clients of the official SDKs check for themselves, others take it as it is.
import type { Id } from '@countersign/audit';
import { refuse, type Result } from '../../errors.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { CatalogTool } from '../../upstreams/definitions.ts';

export interface ResultChecks {
  tool(upstream: Id<'srv'>, name: string): CatalogTool | undefined;
  /** Null when the structured content fits the tool's own schema; else what is wrong, on one line. */
  fits(tool: CatalogTool, structured: unknown): string | null;
  /** Counts a result that did not fit. */
  count(server: string): void;
}

/** A result without structured content is none of an older session, which knows nothing of it. */
const FIRST_WITH_STRUCTURE = '2025-06-18';

/**
 * What is to be recorded beside the result, or null; a refusal where it must not be told.
 *
 * @param isMasked whether what is found could repeat what must not be told or stored.
 */
export function checkedResult(
  call: CompletedCall,
  result: Readonly<Record<string, unknown>>,
  checks: ResultChecks,
  isMasked: boolean,
): Result<string | null> {
  const problem = problemOf(call, result, checks);
  if (problem === null) return { ok: true, value: null };
  checks.count(call.upstream.name);
  const finding = `output_mismatch: ${isMasked ? "the result does not fit the tool's output schema" : problem}`;
  if (call.upstream.kind !== 'mcp' || call.upstream.resultChecks === 'record')
    return { ok: true, value: finding };
  return refuse(
    'upstream_invalid',
    finding,
    `the call ${call.id} was carried out, but its result does not fit what the server says of the tool, so it is withheld; do not retry it`,
    { data: { reason: 'output_mismatch', callId: call.id } },
  );
}

function problemOf(
  { upstream, target, operation, revision }: CompletedCall,
  result: Readonly<Record<string, unknown>>,
  checks: ResultChecks,
): string | null {
  if (operation !== 'mcp:tools/call' || upstream.kind !== 'mcp' || target.kind !== 'tool') return null;
  // An error of the tool has no structure to fit.
  if (result['isError'] === true) return null;
  const tool = checks.tool(upstream.uid, target.name);
  if (tool?.outputSchema === undefined) return null;
  if (Object.hasOwn(result, 'structuredContent')) return checks.fits(tool, result['structuredContent']);
  return revision < FIRST_WITH_STRUCTURE
    ? null
    : 'the result has no structured content, though the tool declares an output schema';
}
