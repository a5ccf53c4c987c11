// The filters for calls in the query of a route, with where a page begins and ends.
import { z } from '@hono/zod-openapi';
import { MAX_QUERY_TEXT } from '../../search/language/read.ts';
import { CALL_FILTERS, type CallFilterTexts, type CallQuery } from '../../search/query.ts';
import { parseQueryText } from '../../search/query-text.ts';
import { Refusal } from '../refusal.ts';
import { wholeNumber } from './common.ts';

/** Every filter, and all of them in one line. */
export const EXPLORED = {
  ...CALL_FILTERS,
  q: z
    .string()
    .max(MAX_QUERY_TEXT)
    .optional()
    .openapi({
      description:
        'a question in one line, `agent:invoice agent:planner -server:dev tool:github/* latency:>2s refunds`: a key that is ' +
        'named twice asks for any of its values, one with `-` before it for none of them, one with `&` for that as well, words ' +
        'for all of them in the sentence or the names',
    }),
} as const;

export const callPageQuery = z.strictObject({
  ...EXPLORED,
  cursor: z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'the `nextCursor` or `prevCursor` of a page of the same search' }),
  limit: wholeNumber(1, 200).optional(),
});

/** Throws a Refusal for what cannot be asked. */
export function understood({
  q = '',
  ...texts
}: CallFilterTexts & { readonly q?: string | undefined }): CallQuery {
  const query = parseQueryText(q, { name: 'q', texts });
  if (!query.ok) throw new Refusal(400, 'malformed_request', `query refused: ${query.error.message}`);
  return query.value;
}
