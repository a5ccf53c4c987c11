// Receivers of entries and how far they have got.
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';

const Sink = z
  .object({
    name: z.string(),
    kind: z.enum(['syslog-cef', 'otlp', 'webhook-jsonl', 'file-jsonl']),
    next: z.int(),
    lag: z.int(),
    lagMs: z.int(),
    state: z.enum(['current', 'sending', 'failing', 'stopped']),
    error: z.string().nullable(),
    failingSince: time.nullable(),
    delivered: z.int(),
    failures: z.int(),
  })
  .openapi('Sink', { description: 'entries before index `next` were taken' });

export const SinkList = z.object({ sinks: z.array(Sink), now: time }).openapi('SinkList');
