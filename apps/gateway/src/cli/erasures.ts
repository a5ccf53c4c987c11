// What an erasure would destroy, and what it cannot reach, as text.
import { z } from 'zod';
import { untoldText } from '../privacy/judge.ts';
import { fields } from './table.ts';
import { counted, safe, time } from './text.ts';

const ErasureEffect = z.object({
  basis: z.string(),
  entries: z.int(),
  details: z.int(),
  calls: z.int(),
  open: z.int(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  fields: z.array(z.string()),
  agents: z.array(z.object({ agent: z.string(), calls: z.int() })),
  held: z.array(z.object({ hold: z.string(), reason: z.string(), entries: z.int() })),
  exports: z.array(
    z.object({ id: z.string(), format: z.string(), actor: z.string(), at: z.string(), disclosed: z.int() }),
  ),
  moreExports: z.int(),
  // Left out by proposals of an earlier version, like those below.
  archived: z.int().default(0),
  alongside: z.int().default(0),
  archivedLeft: z.int().default(0),
  untold: z.int().default(0),
  sinks: z
    .array(z.object({ sink: z.string(), kind: z.string(), to: z.string(), details: z.array(z.string()) }))
    .default([]),
  archives: z.array(z.object({ log: z.string(), folder: z.string(), entries: z.int() })).default([]),
  unreached: z.array(z.object({ log: z.string(), why: z.string() })).default([]),
});

/** Null where the effect is not one of an erasure. */
export function erasureLines(effect: unknown, isUtc: boolean): string[] | null {
  const parsed = ErasureEffect.safeParse(effect);
  if (!parsed.success) return null;
  const { basis, entries, details, calls, open, from, to, agents, held, exports, moreExports } = parsed.data;
  const { sinks, archives, unreached, archived, alongside, archivedLeft, untold } = parsed.data;
  return [
    ...fields([
      ['legal basis', basis],
      [
        'would destroy',
        `${counted(details, 'value')} in ${counted(entries, 'entry', 'entries')}, of ${counted(calls, 'call')}`,
      ],
      ['between', from === null || to === null ? '–' : `${time(from, isUtc)} and ${time(to, isUtc)}`],
      ['fields', parsed.data.fields.join(', ')],
      ['agents', agents.map(({ agent, calls: count }) => `${agent} (${count})`).join(', ') || '–'],
    ]),
    ...(open > 0 ? [`left out, since they are not over: ${counted(open, 'call')}`] : []),
    ...held.map(
      ({ hold, reason, entries: kept }) =>
        `left out, kept by the legal hold ${safe(hold)} (${safe(reason)}): ${counted(kept, 'entry', 'entries')}`,
    ),
    ...(exports.length === 0
      ? ['nobody took copies away by an export']
      : ['copies are in these exports, which it cannot reach:']),
    ...exports.map(
      ({ id, format, actor, at, disclosed }) =>
        `  ${safe(id)}  ${safe(format)} by ${safe(actor)}, ${time(at, isUtc)}, ${counted(disclosed, 'value')} in the clear`,
    ),
    ...(moreExports > 0 ? [`  and ${moreExports} more`] : []),
    ...(sinks.length === 0 ? [] : ['copies were sent to these sinks, which it cannot reach:']),
    ...sinks.map(
      ({ sink, kind, to, details: sent }) =>
        `  ${safe(sink)}  ${safe(kind)} to ${safe(to)}: ${safe(sent.join(', '))}`,
    ),
    ...(archived > 0
      ? [
          `all that is sealed of ${counted(archived, 'archived entry', 'archived entries')} goes with its keys`,
        ]
      : []),
    ...(alongside > 0
      ? [`${alongside} of them are of other calls: archived values of one person and day share a key`]
      : []),
    ...(archivedLeft > 0
      ? [
          `left out, since archived values go as a whole only, and while nothing is held: ${counted(archivedLeft, 'entry', 'entries')}`,
        ]
      : []),
    ...(untold > 0 ? [`left out: ${untoldText(untold)}`] : []),
    ...archives.map(
      ({ log, folder, entries: there }) =>
        `also of ${safe(log)}, in ${safe(folder)}: ${counted(there, 'entry', 'entries')}`,
    ),
    ...(unreached.length === 0
      ? []
      : ['not reached: destroy these archives, or put them and their keys back there and erase again:']),
    ...unreached.map(({ log, why }) => `  ${safe(log)}: ${safe(why)}`),
  ];
}
