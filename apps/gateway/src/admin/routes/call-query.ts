// The filters for calls in the query of a route, with where a page begins and ends.
import { z } from '@hono/zod-openapi';
import { type Exploration, parseExploration } from '../../search/explore.ts';
import { CALL_FILTERS, type CallFilterTexts } from '../../search/query.ts';
import { Refusal } from '../refusal.ts';
import { wholeNumber } from './common.ts';

/** Every filter, and all of them in one line. */
export const EXPLORED = {
  ...CALL_FILTERS,
  q: z
    .string()
    .max(2048)
    .optional()
    .openapi({
      description:
        'filters in one line, `agent:invoice agent:planner -upstream:dev refunds`: one that is named twice asks for any of its ' +
        'values, one with `-` before it for none of them, words for all of them in the sentence or the names',
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
}: CallFilterTexts & { readonly q?: string | undefined }): Exploration {
  const query = parseExploration(q, texts);
  if (!query.ok) throw new Refusal(400, 'malformed_request', `query refused: ${query.error.message}`);
  return query.value;
}
