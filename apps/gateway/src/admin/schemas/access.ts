// Who may ask, and how the API refuses. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { ROLES } from '../role-names.ts';
import { time } from './common.ts';

export const ErrorBody = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error', { description: 'every refusal has this shape' });

export const Role = z.enum(ROLES);

export const TokenRequest = z
  .strictObject({
    roles: z.array(Role).min(1).max(ROLES.length).optional().openapi({ description: 'default: approver' }),
    expiresInHours: z.int().min(1).max(8784).optional(),
  })
  .openapi('TokenRequest');

export const IssuedToken = z
  .object({ token: z.string(), user: z.string(), roles: z.array(Role), expiresAt: time.nullable() })
  .openapi('IssuedToken', { description: 'the token is shown once and never stored' });

export const TokenList = z
  .object({
    tokens: z.array(
      z.object({
        id: z.string(),
        user: z.string(),
        roles: z.array(z.string()),
        createdAt: time,
        expiresAt: time.nullable(),
        state: z
          .enum(['good', 'ended', 'inactive'])
          .openapi({ description: '`ended`: expired or revoked; `inactive`: its user is' }),
        current: z.boolean().openapi({ description: 'who asks came by it' }),
      }),
    ),
  })
  .openapi('TokenList');

export const RevokeRequest = z
  .strictObject({ reason: z.string().trim().min(1).max(2000).openapi({ description: 'recorded' }) })
  .openapi('RevokeRequest');

export const SessionList = z
  .object({
    sessions: z.array(
      z.object({
        id: z.string(),
        user: z.string(),
        method: z.enum(['token', 'oidc']),
        signedInAt: time,
        usedAt: time,
        expiresAt: time.openapi({ description: 'however much it is used' }),
        current: z.boolean(),
      }),
    ),
  })
  .openapi('SessionList');

export const Session = z
  .object({
    user: z.string(),
    displayName: z.string(),
    roles: z.array(Role),
    method: z.enum(['token', 'oidc']).openapi({ description: 'how they signed in' }),
    provider: z.string().nullable().openapi({ description: 'name of the provider; null for a token' }),
    breakGlass: z
      .boolean()
      .openapi({ description: 'whether this is the built-in user, although people sign in by a provider' }),
    signedInAt: time.nullable().openapi({ description: 'null where no session is open: a token was sent' }),
    freshUntil: time.nullable().openapi({
      description: 'until when they may approve calls of high risk; null: as long as the session lasts',
    }),
    expiresAt: time.nullable(),
    idleMinutes: z
      .number()
      .nullable()
      .openapi({ description: 'after how many minutes without use it ends; null where no session is open' }),
  })
  .openapi('Session');

export const SignInOptions = z
  .object({
    oidc: z
      .object({
        name: z.string().openapi({ description: 'by which people know the provider' }),
        start: z.string().openapi({ description: 'path that leads to it; takes `return` and `fresh=true`' }),
        state: z
          .enum(['unknown', 'ready', 'away'])
          .openapi({ description: '`away`: the gateway could not reach it when it was last asked' }),
        since: time,
        contact: z.string().nullable().openapi({ description: 'whom to ask who is not let in' }),
      })
      .nullable()
      .openapi({ description: 'null where people sign in by tokens alone' }),
  })
  .openapi('SignInOptions');

export const SignedOut = z
  .object({
    providerSignOut: z.string().nullable().openapi({
      description: 'where the person signs out of the provider as well; null where it offers no such place',
    }),
  })
  .openapi('SignedOut');

export const Health = z.object({ status: z.enum(['ok', 'degraded', 'unavailable']) }).openapi('Health');
