// What a change of the registry, or a declassification, would do, as text.
import { z } from 'zod';
import { DiffResult } from '../admin/schemas/rehearsal.ts';
import { Exposure } from '../admin/schemas/exposures.ts';
import { exposureLines } from './exposures.ts';
import { coveredLine, replayLines } from './replay.ts';
import { counted, safe } from './text.ts';

const RegistryEffect = z.object({
  objects: z.array(
    z.object({
      op: z.enum(['created', 'updated', 'deleted']),
      kind: z.string(),
      name: z.string(),
      fields: z.array(
        z.object({
          field: z.string(),
          before: z.unknown(),
          after: z.unknown(),
          moves: z.array(z.enum(['policy', 'gateway'])),
        }),
      ),
    }),
  ),
  replay: DiffResult.shape.replay
    .unwrap()
    .extend({
      lookedAt: z.int(),
      // Not in proposals of an earlier version.
      covered: DiffResult.shape.covered.default(null),
      isCut: z.boolean(),
    })
    .nullable(),
  notReplayed: z.string().nullable(),
});

const Clearing = z.object({ exposures: z.array(Exposure) });

/** Null where the effect is not one of a change of the registry. */
export function registryLines(effect: unknown, isUtc: boolean): string[] | null {
  const parsed = RegistryEffect.safeParse(effect);
  if (!parsed.success) return null;
  const { objects, replay, notReplayed } = parsed.data;
  return [
    ...objects.flatMap(({ op, kind, name, fields }) => [
      `${op} ${kind} ${safe(name)}`,
      ...fields.map(
        ({ field, before, after, moves }) =>
          `  ${safe(field)}: ${shown(before)} → ${shown(after)}${moves.includes('gateway') ? '  (the gateway goes by it, too)' : ''}`,
      ),
    ]),
    '',
    ...(replay === null
      ? [`no recorded call was decided again: ${safe(notReplayed ?? 'it is not known why')}`]
      : replay.decisions === 0
        ? [`none of the latest ${counted(replay.lookedAt, 'recorded decision')} is about what it changes`]
        : [
            `of the latest ${replay.lookedAt} decisions those that it touches, decided again by the policies in force:`,
            ...replayLines(replay, { isColoured: false, isUtc }),
          ]),
    ...(replay?.isCut === true ? ['time ran out before the end of the window'] : []),
    ...(replay === null || replay.covered === null ? [] : [coveredLine(replay.covered, isUtc)]),
  ];
}

/** Null where the effect is not one of a declassification. */
export function clearingLines(effect: unknown, isUtc: boolean): string[] | null {
  const parsed = Clearing.safeParse(effect);
  if (!parsed.success) return null;
  return ['would be cleared:', ...exposureLines(parsed.data.exposures, { isColoured: false, isUtc })];
}

function shown(value: unknown): string {
  return value === null ? '–' : safe(JSON.stringify(value));
}
