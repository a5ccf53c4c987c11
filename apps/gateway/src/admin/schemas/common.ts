// The leaves that the admin API’s shapes are made of. Times are RFC 3339 in UTC. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';

export const time = z.iso.datetime().openapi({ description: 'RFC 3339, UTC, milliseconds' });

export const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const index = z.int().nonnegative().openapi({ description: 'position in the log, from 0' });

/** Any JSON value, as a policy or a token carried it. */
export const json = z.unknown().openapi({ description: 'any JSON value' });
