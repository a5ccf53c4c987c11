// On the path of every call: prepared statements without a query builder in between.
import type Database from 'better-sqlite3';
import type { Exposed, ExposureReader, WhoseExposure } from '../../readers/exposure.ts';

interface ExposedRow extends Omit<Exposed, 'by'> {
  readonly agent: string | null;
  readonly subject: string | null;
  readonly upstream: string | null;
  readonly resource: string | null;
  readonly startedAt: number | null;
}

type Named = { readonly [Name in keyof WhoseExposure]-?: string | null };

export function createExposureReader(db: Database.Database): ExposureReader {
  const ofHolder = db
    .prepare<[string, number], string>('SELECT label FROM exposures WHERE holder = ? AND until > ?')
    .pluck();
  const ofChain = db
    .prepare<[string], string>('SELECT label FROM chain_labels WHERE chain = ? ORDER BY label')
    .pluck();
  // An agent's calls also expose the agents that they are sent to: those are not the people behind it.
  const exposed = db.prepare<[Named & { now: number; limit: number }], ExposedRow>(
    `SELECT e.holder, e.label, e.until, e.call,
       c.agent, c.subject, c.upstream, c.resource, c.started_at AS startedAt
     FROM exposures e LEFT JOIN calls c ON c.id = e.call
     WHERE e.until > @now
       AND (@agent IS NULL OR e.holder = @agent OR (c.agent_uid = @agent AND e.holder NOT GLOB 'agt_*'))
       AND (@subject IS NULL OR e.holder = @subject OR (c.subject = @subject AND e.holder NOT GLOB 'agt_*'))
     ORDER BY e.holder, e.label LIMIT @limit`,
  );
  return {
    exposure: async (holders, now) => {
      const labels = new Set<string>();
      for (const holder of holders) for (const label of ofHolder.all(holder, now)) labels.add(label);
      return [...labels].sort();
    },
    exposed: async ({ agent = null, subject = null }, { now, limit }) =>
      exposed.all({ agent, subject, now, limit }).map(exposedOf),
    chainLabels: async (chain) => ofChain.all(chain),
  };
}

function exposedOf({ holder, label, until, call, startedAt, ...by }: ExposedRow): Exposed {
  return { holder, label, until, call, by: startedAt === null ? null : { ...by, startedAt } };
}
