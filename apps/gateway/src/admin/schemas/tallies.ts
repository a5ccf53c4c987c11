// Counts of calls, by how they stand, over time and by value. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { OlderCalls } from './calls.ts';
import { time } from './common.ts';

const standings = {
  calls: z.int().openapi({ description: 'all of them: the sum of the others' }),
  ok: z.int(),
  failed: z.int().openapi({ description: 'answered with an error, or the answer was withheld' }),
  denied: z.int(),
  held: z.int().openapi({ description: 'wait for people' }),
  open: z.int().openapi({ description: 'allowed, and not over' }),
  unknown: z.int().openapi({ description: 'the outcome is lost' }),
  ended: z.int().openapi({ description: 'given up by its caller, or replaced by the retry it was held for' }),
};

const flagged = {
  unregistered: z.int().openapi({ description: 'of callers that nobody registered; among those denied' }),
  reviewed: z.int().openapi({ description: 'waited for people, or used what people agreed to' }),
};

/** Calls by how they stand now: each is counted in one of them. */
export const Tally = z.object(standings).openapi('Tally');

/** The same, with what is counted besides. */
export const FlaggedTally = z.object({ ...standings, ...flagged }).openapi('FlaggedTally');

const Bucket = z
  .object({ at: time.openapi({ description: 'where the stretch begins' }), ...standings, ...flagged })
  .openapi('Bucket');

export const Histogram = z
  .object({
    from: time,
    to: time,
    bucketMs: z
      .int()
      .openapi({ description: 'how long each stretch is; stretches begin at its multiples, in UTC' }),
    buckets: z
      .array(Bucket)
      .openapi({ description: 'ascending, without gaps; the first and last may be cut' }),
  })
  .openapi('Histogram');

const newestAt = time.openapi({ description: 'when the newest of them came' });

export const ValueTally = z.object({ value: z.string(), newestAt, ...standings }).openapi('ValueTally');

/** A tool, prompt, resource or called agent, with the server that has it. */
export const TargetTally = z
  .object({ upstream: z.string().nullable(), resource: z.string().nullable(), newestAt, ...standings })
  .openapi('TargetTally');

/** What counts say of what is not in them. */
export const notCounted = OlderCalls.nullable().openapi({
  description:
    'calls that may have been asked for and are not counted, since they were archived; null where there are none',
});

const FacetTally = z
  .object({
    distinct: z.int().openapi({ description: 'how many different values there are' }),
    values: z.array(ValueTally).openapi({ description: 'those that occur most' }),
  })
  .openapi('FacetTally');

export const CallTallies = z
  .object({
    total: FlaggedTally,
    archived: notCounted,
    histogram: Histogram.nullable().openapi({ description: 'null where nothing was found' }),
    facets: z.record(z.string(), FacetTally).openapi({ description: 'by the name of a filter' }),
  })
  .openapi('CallTallies');
