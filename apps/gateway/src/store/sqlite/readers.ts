// All readers of the embedded store, over one read-only connection of the calling thread. A read after an acknowledged
// commit sees it: each statement reads the newest committed state.
import { drizzleSqlite } from '../drizzle.ts';
import { dataPaths } from '../paths.ts';
import type { Readers } from '../readers.ts';
import { StoreError } from '../store-error.ts';
import { readMigrations, requireKnownSchema } from './migrate.ts';
import { openForReading } from './open.ts';
import { createAdminTokenReader } from './readers/admin-tokens.ts';
import { createApprovalReader } from './readers/approvals.ts';
import { createCallReader } from './readers/calls.ts';
import { createChangeReader } from './readers/changes.ts';
import { createConfigReader } from './readers/config.ts';
import { createDecisionReader } from './readers/decisions.ts';
import { createExportReader } from './readers/exports.ts';
import { createErasureReader } from './readers/erasures.ts';
import { createHoldReader } from './readers/holds.ts';
import { createEntryReader } from './readers/entries.ts';
import { createExposureReader } from './readers/exposure.ts';
import { createKeyReader } from './readers/keys.ts';
import { createLogReader } from './readers/log.ts';
import { createMaskReader } from './readers/masks.ts';
import { createMeterReader } from './readers/meters.ts';
import { createPayloadReader } from './readers/payloads.ts';
import { createPeopleReader } from './readers/people.ts';
import { createPolicyReader } from './readers/policies.ts';
import { createPublicationReader } from './readers/publications.ts';
import { createPushConfigReader } from './readers/push-configs.ts';
import { createRegistryReader } from './readers/registry.ts';
import { createRetentionReader } from './readers/retention.ts';
import { createSavedViewReader } from './readers/saved-views.ts';
import { createSessionReader } from './readers/sessions.ts';
import { createShadowReader } from './readers/shadow.ts';
import { createSinkReader } from './readers/sinks.ts';
import { createTaskReader } from './readers/tasks.ts';
import { createPinReader } from './readers/pins.ts';
import { createTreeReader } from './readers/tree.ts';

export interface OpenReaders {
  readonly readers: Readers;
  readonly close: () => void;
}

/** Opens a data folder for reading, also while a gateway runs on it. Throws a StoreError when that cannot be done. */
export function openReaders(dataDir: string): OpenReaders {
  const db = openForReading(dataPaths(dataDir).database);
  try {
    const newest = readMigrations().length;
    if (requireKnownSchema(db, newest) < newest) {
      throw new StoreError(
        'foreign_database',
        `\`${db.name}\` has an older schema: start the gateway once to bring it up to date`,
      );
    }
  } catch (error) {
    db.close();
    throw error;
  }
  const orm = drizzleSqlite({ client: db });
  const readers = {
    adminTokens: createAdminTokenReader(orm),
    approvals: createApprovalReader(db, orm),
    calls: createCallReader(db, orm),
    changes: createChangeReader(orm),
    config: createConfigReader(db),
    decisions: createDecisionReader(db),
    exports: createExportReader(db),
    erasures: createErasureReader(db),
    entries: createEntryReader(db),
    exposure: createExposureReader(db),
    holds: createHoldReader(db),
    keys: createKeyReader(db),
    log: createLogReader(db),
    masks: createMaskReader(db),
    meters: createMeterReader(db),
    payloads: createPayloadReader(db),
    people: createPeopleReader(orm),
    policies: createPolicyReader(orm),
    publications: createPublicationReader(db),
    pushConfigs: createPushConfigReader(db, orm),
    registry: createRegistryReader(orm),
    retention: createRetentionReader(db),
    savedViews: createSavedViewReader(db),
    sessions: createSessionReader(db),
    shadow: createShadowReader(db),
    sinks: createSinkReader(db),
    tasks: createTaskReader(db, orm),
    pins: createPinReader(db),
    tree: createTreeReader(db),
  };
  return {
    readers,
    close: () => {
      db.close();
    },
  };
}
