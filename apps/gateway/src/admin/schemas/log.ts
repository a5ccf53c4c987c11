// The log: head, checkpoints, how far it was verified. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { digest, time } from './common.ts';

export const Checkpoint = z
  .object({
    size: z.int(),
    root: digest,
    note: z.string().openapi({ description: 'with the cosignatures of witnesses, as far as they came' }),
    time: time.openapi({ description: 'time of the newest entry covered' }),
    signatures: z.array(
      z.object({
        name: z.string(),
        key: z.string().openapi({ description: 'id of the key: eight hex digits' }),
        by: z
          .enum(['log', 'witness', 'other'])
          .openapi({ description: '`other`: of a witness that is not configured any more' }),
        at: time.nullable().openapi({ description: 'when a witness cosigned, by its own clock' }),
      }),
    ),
    isQuorumMet: z.boolean().openapi({ description: 'whether enough witnesses cosigned it' }),
  })
  .openapi('Checkpoint');

export const CheckpointList = z.object({ checkpoints: z.array(Checkpoint) }).openapi('CheckpointList');

/** `verified`: entries 0..verifiedTo-1 were recomputed and hold. `broken`: entry `brokenAt` does not. */
export const Verification = z
  .object({
    state: z.enum(['verifying', 'verified', 'broken']),
    verifiedTo: z.int(),
    brokenAt: z.int().nullable(),
    message: z.string().nullable(),
    checkedAt: time.nullable(),
  })
  .openapi('Verification');

/** `altered`: rows of the index are not what the log says; `message` is the first that was found. */
export const IndexState = z
  .object({
    state: z.enum(['checking', 'checked', 'altered']),
    checkedTo: z.int(),
    faults: z.int(),
    message: z.string().nullable(),
    checkedAt: time.nullable(),
  })
  .openapi('IndexState');

export const Log = z
  .object({
    origin: z.string(),
    size: z.int(),
    archivedTo: z.int().openapi({ description: 'entries with smaller indexes are in archives' }),
    headLeaf: digest,
    checkpoint: z
      .object({ size: z.int(), time })
      .nullable()
      .openapi({ description: 'the newest signed one; time of the newest entry it covers' }),
    verification: Verification,
    index: IndexState,
  })
  .openapi('Log');
