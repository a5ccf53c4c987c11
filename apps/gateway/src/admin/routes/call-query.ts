// The filters for calls in the query of a route, with where a page begins and ends.
import { z } from '@hono/zod-openapi';
import { CALL_FILTERS, type CallFilterTexts, type CallQuery, queryOf } from '../../search/query.ts';
import { Refusal } from '../refusal.ts';
import { wholeNumber } from './common.ts';

export const callPageQuery = z.strictObject({
  ...CALL_FILTERS,
  cursor: z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'the `nextCursor` of a page of the same search' }),
  limit: wholeNumber(1, 200).optional(),
});

/** Throws a Refusal for what cannot be asked. */
export function understood(texts: CallFilterTexts): CallQuery {
  const query = queryOf(texts);
  if (!query.ok) throw new Refusal(400, 'malformed_request', `query refused: ${query.error.message}`);
  return query.value;
}
