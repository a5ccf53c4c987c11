// What the route files share: the app they build on, and the inputs that several of them take.
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AdminEnv } from '../principal.ts';
import { Refusal, refuseInvalid } from '../refusal.ts';

export function routeApp(): OpenAPIHono<AdminEnv> {
  return new OpenAPIHono<AdminEnv>({ defaultHook: refuseInvalid });
}

/** For routes that take no query: an unknown key is refused there too, since a typing error must not widen an answer. */
export const noQuery: MiddlewareHandler = createMiddleware(async (c, next) => {
  const [key] = Object.keys(c.req.queries());
  if (key !== undefined) throw new Refusal(400, 'malformed_request', `query refused: unknown key \`${key}\``);
  await next();
});

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A registry name or an id in a path; what is too long cannot exist. */
export const pathName = (name: string) =>
  z
    .string()
    .min(1)
    .max(256)
    .openapi({ param: { name, in: 'path' } });

/** A whole number in a query, as text within bounds. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string({ error: 'must be a whole number' })
    .regex(/^\d{1,16}$/, { error: 'must be a whole number' })
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .openapi({ type: 'integer', minimum: least, maximum: most });
