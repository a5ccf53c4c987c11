// Who may ask, and how the API refuses. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';

export const ErrorBody = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error', { description: 'every refusal has this shape' });

export const Role = z.enum(['admin', 'viewer', 'approver', 'auditor']);

export const TokenRequest = z
  .strictObject({
    roles: z.array(Role).min(1).max(4).optional().openapi({ description: 'default: approver' }),
    expiresInHours: z.int().min(1).max(8784).optional(),
  })
  .openapi('TokenRequest');

export const IssuedToken = z
  .object({ token: z.string(), user: z.string(), roles: z.array(Role), expiresAt: time.nullable() })
  .openapi('IssuedToken', { description: 'the token is shown once and never stored' });

export const Session = z
  .object({ user: z.string(), roles: z.array(Role), expiresAt: time.nullable() })
  .openapi('Session');

export const Health = z.object({ status: z.enum(['ok', 'degraded', 'unavailable']) }).openapi('Health');
