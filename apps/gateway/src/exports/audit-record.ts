// A projection of MCP decisions to the tamper-evident audit record contract (draft; begun as MCP SEP-3004): its protected
// core, its canonical form, its hash chain. A record is what a decision looks like there; the record of truth is the log.
// No conformance is claimed: the contract wants a purpose declared with each event, and none is.
import { digestOf } from '@countersign/audit';
import { type Facts, factsOf } from './facts.ts';
import { isoTime, jsonLine, oneLine, shortened } from './text.ts';
import type { ExportContext, ExportedEntry, ExportFormat } from './types.ts';

const RECORD_CONTRACT = 'audit-record-contract 1.0.0-draft.1 (MCP SEP-3004)';

/** Baseline cap of a protected string, in UTF-16 code units. */
const MAX_STRING = 8192;

export const mcp: ExportFormat = {
  what: 'decisions about MCP calls as records of the draft tamper-evident audit record contract, hash-chained, one a line',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'mcp.jsonl',
  isSigned: false,
  async *write(entries, context) {
    let previousHash: string | null = null;
    for await (const entry of entries) {
      if (entry.header.kind !== 'call.decided' || entry.header.body.protocol !== 'mcp') continue;
      const body = protectedBody(entry, await factsOf(entry, context), context.origin, previousHash);
      const hash = digestOf(canonicalForm(body));
      previousHash = hash;
      const place = { origin: context.origin, index: entry.index, leaf: entry.leaf };
      yield `${jsonLine({ ...body, event_hash: hash, draft: RECORD_CONTRACT, countersign: place })}\n`;
    }
  },
};

/** The draft has no numbers in what is hashed. */
export type Protected = string | boolean | null | { readonly [name: string]: Protected };

function protectedBody(
  { header, index }: ExportedEntry,
  facts: Facts,
  origin: ExportContext['origin'],
  previousHash: string | null,
): { readonly [name: string]: Protected } {
  const isTool = facts.operation === 'mcp:tools/call';
  const commits: Readonly<Record<string, string | null>> = header.commits;
  const committed = commits['resource'] ?? null;
  return {
    event_id: `${origin}#${index}`,
    occurred_at: isoTime(header.time),
    principal_id: facts.agent.id ?? 'unregistered',
    event_type: isTool ? 'tool_call' : (facts.operation ?? header.kind),
    // Where the name is withheld its salted commitment stands in, which the contract's privacy section provides for.
    tool_name: protectedText(facts.resource) ?? (committed === null ? null : `sha256:${committed}`),
    outcome: outcomeOf(facts),
    previous_hash: previousHash,
    extensions: {
      'caller-governance': {
        purpose_declared: 'not declared',
        session_id: header.chain?.id ?? null,
        invoked_by_principal_id: protectedText(facts.subject),
      },
    },
  };
}

function outcomeOf({ decision, reason }: Facts): string {
  if (reason === 'policy_error') return 'error';
  if (decision === 'hold') return 'deferred';
  return decision === 'allow' ? 'allowed' : 'denied';
}

/** Well-formed, without control characters, NFC, blanks trimmed: what the draft lets into a digest. */
function protectedText(text: string | null): string | null {
  if (text === null) return null;
  return shortened(
    oneLine(text)
      .normalize('NFC')
      .replaceAll(/^ +| +$/g, ''),
    MAX_STRING,
  );
}

/** Members sorted, no white space; within a string only quotes and backslashes are escaped. */
export function canonicalForm(value: Protected): string {
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `"${name}":${canonicalForm(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}
