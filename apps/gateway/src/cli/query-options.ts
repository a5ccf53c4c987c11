// The filters for calls as options of a command: the same names and the same words as in the admin API.
import { CALL_FILTERS, type CallFilterName, type CallFilterTexts } from '../search/query.ts';
import { parseQueryText } from '../search/query-text.ts';
import { usageError } from './exit.ts';
import type { OptionTable } from './command.ts';

const NAMES = Object.keys(CALL_FILTERS) as CallFilterName[];

export const QUERY_OPTIONS = {
  agent: { type: 'string', value: 'name', help: 'by this agent' },
  actor: { type: 'string', value: 'name', help: 'with this agent among those acting' },
  owner: { type: 'string', value: 'name', help: 'by an agent of this owner' },
  team: { type: 'string', value: 'name', help: 'by an agent of this team' },
  subject: { type: 'string', value: 'name', help: 'on behalf of this person' },
  upstream: { type: 'string', value: 'name', help: 'to this upstream' },
  resource: { type: 'string', value: 'name', help: 'of this tool, prompt or resource' },
  protocol: { type: 'string', value: 'word', help: 'mcp, a2a' },
  operation: { type: 'string', value: 'name', help: 'such as mcp:tools/call' },
  policy: { type: 'string', value: 'id', help: 'decided or guarded by this policy' },
  decision: { type: 'string', value: 'word', help: 'allow, deny, hold' },
  reason: { type: 'string', value: 'word', help: 'decided so because, such as no_permit' },
  state: { type: 'string', value: 'word', help: 'denied, held, open, completed, unknown' },
  outcome: { type: 'string', value: 'word', help: 'ended so, such as tool_error' },
  approval: { type: 'string', value: 'id', help: 'waiting for, or using, this approval' },
  label: { type: 'string', value: 'name', help: 'carrying this label' },
  chain: { type: 'string', value: 'id', help: 'in this chain' },
  trace: { type: 'string', value: 'id', help: 'with this trace id' },
  text: { type: 'string', value: 'words', help: 'with all these words in sentence or names' },
  where: {
    type: 'string',
    value: 'conditions',
    help: 'that hold as well, in the language of --query',
  },
  from: { type: 'string', value: 'time', help: 'started at or after (RFC 3339 with offset)' },
  to: { type: 'string', value: 'time', help: 'started before' },
  query: {
    type: 'string',
    value: 'text',
    help: 'a question in one line, such as "agent:clerk -server:dev latency:>2s" (docs/query-language.md)',
  },
} as const satisfies Readonly<Record<CallFilterName | 'query', OptionTable[string]>>;

/** The filters as the API takes them, and a question in one line. */
export type AskedTexts = CallFilterTexts & { readonly q?: string };

/** Of a command that shows one page of what it found. */
export const PAGE_OPTIONS = {
  ...QUERY_OPTIONS,
  limit: { type: 'string', value: 'number', help: 'at most so many, up to 200 (default 50)' },
  cursor: { type: 'string', value: 'text', help: 'go on behind an earlier page (its `nextCursor`)' },
} as const satisfies OptionTable;

/** The page that was asked for, as the API takes it. */
export function pageOf({ limit, cursor, ...values }: Readonly<Record<string, unknown>>): AskedTexts & {
  readonly limit?: string;
  readonly cursor?: string;
} {
  return {
    ...filtersOf(values),
    ...(typeof limit === 'string' ? { limit } : {}),
    ...(typeof cursor === 'string' ? { cursor } : {}),
  };
}

/** The filters that were given, as the API takes them. Ends the command with 2 for one that cannot be understood. */
export function filtersOf({ query, ...values }: Readonly<Record<string, unknown>>): AskedTexts {
  const given = NAMES.flatMap((name) => {
    const value = values[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const q = typeof query === 'string' ? query : undefined;
  const parsed = parseQueryText(q ?? '', { texts: Object.fromEntries(given) });
  if (!parsed.ok)
    throw usageError(
      parsed.error.message.replace(`\`${parsed.error.parameter}\``, `\`--${parsed.error.parameter}\``),
    );
  return { ...Object.fromEntries(given), ...(q === undefined ? {} : { q }) };
}
