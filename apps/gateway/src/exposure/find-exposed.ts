// What a declassification is about: the exposure of an agent and of people, as it stands now, by the names that
// somebody gave. A name or a label that matches nothing is refused, since whoever gave it meant something.
import { isId } from '@countersign/audit';
import { z } from 'zod';
import type { ChangeFailure } from '../changes/types.ts';
import { ok, type Result } from '../errors.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Exposed, ExposureReader } from '../store/readers/exposure.ts';

const names = z.array(z.string().min(1).max(512)).max(100);

/** An agent by its name, people by their names in tokens or their keys; `labels` of all of them together. */
export const Declassification = z
  .strictObject({
    agent: z.string().min(1).max(256).nullable().default(null),
    subjects: names.default([]),
    labels: names.min(1),
  })
  .refine(({ agent, subjects }) => agent !== null || subjects.length > 0, {
    error: 'names nobody: give `agent`, `subjects`, or both',
  });

export interface FindDeps {
  readonly reads: Pick<ExposureReader, 'exposed'>;
  readonly registry: { current(): Pick<RegistrySnapshot, 'agents'> };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** More than one person has labels. */
const MOST = 1000;

type Found = Result<readonly Exposed[], ChangeFailure>;

export async function findExposed(
  { agent, subjects, labels }: z.output<typeof Declassification>,
  deps: FindDeps,
): Promise<Found> {
  const asked = [
    ...(agent === null ? [] : [ofAgent(agent, deps)]),
    ...subjects.map((subject) => ofSubject(subject, deps)),
  ];
  const rows = new Map<string, Exposed>();
  for (const found of await Promise.all(asked)) {
    if (!found.ok) return found;
    const wanted = found.value.filter(({ label }) => labels.includes(label));
    for (const row of wanted) rows.set(JSON.stringify([row.holder, row.label]), row);
  }
  const held = new Set([...rows.values()].map(({ label }) => label));
  const missing = labels.filter((label) => !held.has(label));
  return missing.length === 0
    ? ok([...rows.values()])
    : invalid(`nobody named is exposed to ${quoted(missing)}: see \`countersign exposure list\``);
}

async function ofAgent(name: string, { reads, registry, now }: FindDeps): Promise<Found> {
  const uid = registry.current().agents.get(name)?.uid;
  if (uid === undefined) return invalid(`agent \`${name}\` is not registered`);
  const rows = await reads.exposed({ agent: uid }, { now: now(), limit: MOST });
  return someOf(
    rows.filter(({ holder }) => holder === uid),
    `agent \`${name}\``,
  );
}

async function ofSubject(subject: string, { reads, now }: FindDeps): Promise<Found> {
  const rows = await reads.exposed({ subject }, { now: now(), limit: MOST });
  const people = rows.filter(({ holder }) => !isId(holder, 'agt'));
  const isSeveral = new Set(people.map(({ holder }) => holder)).size > 1;
  return isSeveral
    ? invalid(`several issuers name somebody \`${subject}\`: give the key that the list shows`)
    : someOf(people, `\`${subject}\``);
}

function someOf(rows: readonly Exposed[], whose: string): Found {
  return rows.length === 0 ? invalid(`${whose} is exposed to nothing`) : ok(rows);
}

function quoted(labels: readonly string[]): string {
  return labels.map((label) => `\`${label}\``).join(', ');
}

function invalid(message: string): Found {
  return { ok: false, error: { code: 'invalid', message } };
}
