// The one query for calls: what the admin API, the command line, exports and erasure all ask with. Filters are joined by
// AND; a filter that is not known is refused, since a typing error must not widen an answer (issue 4, item 9).
import { ENTRY_KINDS } from '@countersign/audit';
import { z } from '@hono/zod-openapi';
import { faultText } from './fault-text.ts';
import { MAX_QUERY_TEXT, readQuery, standalone } from './language/read.ts';
import type { Query } from './language/types.ts';
import { CALL_STATES, MAX_NAME } from './language/values.ts';

const { protocol, operation, decision, reason } = ENTRY_KINDS['call.decided'].body;
const { outcome } = ENTRY_KINDS['call.completed'].body;

const name = z
  .string()
  .min(1, { error: 'is empty: give a name, or leave the filter out' })
  .max(MAX_NAME, { error: `is longer than ${MAX_NAME} characters: nothing has such a name` });

function word<const T extends string>(values: readonly [T, ...T[]] | readonly T[]) {
  return z.enum(values as readonly [T, ...T[]], {
    error: ({ input }) => `is \`${String(input)}\`: give one of ${values.join(', ')}`,
  });
}

const instant = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 time with an offset, such as `2026-01-31T12:00:00Z`',
});

/** Every filter by its name, as text: the query of `GET /calls` and the options of `countersign calls list`. */
export const CALL_FILTERS = {
  agent: name.optional().openapi({ description: 'made by this agent' }),
  actor: name.optional().openapi({ description: 'this agent is among those acting, root to caller' }),
  owner: name.optional().openapi({ description: 'the person who answers for the agent' }),
  team: name.optional().openapi({ description: 'the agent’s team' }),
  subject: name.optional().openapi({ description: 'on behalf of this person' }),
  upstream: name.optional(),
  resource: name.optional().openapi({ description: 'tool, prompt, resource or called agent' }),
  protocol: word(protocol.values).optional(),
  operation: word(operation.values).optional(),
  policy: name.optional().openapi({ description: 'id of a determining policy or of a guard that matched' }),
  decision: word(decision.values).optional(),
  reason: word(reason.values).optional().openapi({ description: 'why it was decided so' }),
  state: word(CALL_STATES).optional(),
  outcome: word(outcome.values).optional(),
  approval: name.optional().openapi({ description: 'id of the approval request it waited for or used' }),
  label: name.optional().openapi({ description: 'carries this label' }),
  chain: name.optional(),
  trace: z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: 'must be a trace id: 32 lowercase hex digits' })
    .optional()
    .openapi({ description: 'W3C trace id' }),
  text: z
    .string()
    .max(MAX_NAME, { error: `is longer than ${MAX_NAME} characters: search by fewer words` })
    .regex(/[\p{L}\p{N}]/u, { error: 'has no word in it: give letters or digits' })
    .optional()
    .openapi({ description: 'every one of these words is in the sentence or the names; no payloads' }),
  where: z
    .string()
    .min(1)
    .max(MAX_QUERY_TEXT)
    .superRefine((line, context) => {
      const [fault] = readQuery(line, 'where').faults;
      if (fault !== undefined) context.addIssue({ code: 'custom', message: faultText(line, fault) });
    })
    .optional()
    .openapi({
      description:
        'conditions in the same language as `q`, which hold as well; a key that is named twice without `|` or `&` is refused here',
    }),
  from: instant.optional().openapi({ description: 'started at or after' }),
  to: instant.optional().openapi({ description: 'started before' }),
} as const;

export type CallFilterName = keyof typeof CALL_FILTERS;

const Filters = z.strictObject(CALL_FILTERS);
export type CallFilterTexts = z.infer<typeof Filters>;

/** What is asked of the index of calls. What was not asked for is absent; all of it has to hold. */
export interface CallQuery extends Readonly<Omit<CallFilterTexts, 'from' | 'to' | 'where'>> {
  /** What was asked in the language of queries, without times. */
  readonly asked?: Query | undefined;
  /** Started at or after, and before; milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Which filter cannot be understood, and how to mend it. */
export interface QueryFault {
  readonly parameter: string;
  /** One sentence that names the parameter. */
  readonly message: string;
}

export type ParsedQuery =
  | { readonly ok: true; readonly value: CallQuery }
  | { readonly ok: false; readonly error: QueryFault };

/** Reads filters given as texts. Those that are undefined count as not given. */
export function parseQuery(texts: Readonly<Record<string, string | undefined>>): ParsedQuery {
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
  const parsed = Filters.safeParse(given);
  if (parsed.success) return queryOf(parsed.data);
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const parameter = issue.keys[0] ?? '';
    const known = Object.keys(CALL_FILTERS).join(', ');
    return fault(parameter, `there is no filter \`${parameter}\`: choose from ${known}`);
  }
  const parameter = String(issue?.path[0] ?? '');
  return fault(parameter, `\`${parameter}\` ${issue?.message ?? 'cannot be understood'}`);
}

/** The query of texts that were already found to be well-formed. */
function queryOf(texts: CallFilterTexts): ParsedQuery {
  const { from, to, where, ...rest } = texts;
  const words = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const query: CallQuery = {
    ...words,
    ...(where === undefined ? {} : { asked: standalone(readQuery(where, 'where').query) }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
  if (query.from !== undefined && query.to !== undefined && query.from >= query.to) {
    return fault('to', '`to` is not after `from`: nothing can be between them');
  }
  return { ok: true, value: query };
}

function fault(parameter: string, message: string): ParsedQuery {
  return { ok: false, error: { parameter, message } };
}
