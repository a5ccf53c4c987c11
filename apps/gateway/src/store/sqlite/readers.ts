// All readers of the embedded store, over one read-only connection of the calling thread. A read after an acknowledged
// commit sees it: each statement reads the newest committed state.
import { drizzleSqlite } from '../drizzle.ts';
import { dataPaths } from '../paths.ts';
import type { Readers } from '../readers.ts';
import { StoreError } from '../store-error.ts';
import { readMigrations, requireKnownSchema } from './migrate.ts';
import { openForReading } from './open.ts';
import { createAdminTokenReader } from './read-admin-tokens.ts';
import { createApprovalReader } from './read-approvals.ts';
import { createCallReader } from './read-calls.ts';
import { createChangeReader } from './read-changes.ts';
import { createConfigReader } from './read-config.ts';
import { createDecisionReader } from './read-decisions.ts';
import { createExportReader } from './read-exports.ts';
import { createErasureReader } from './read-erasures.ts';
import { createHoldReader } from './read-holds.ts';
import { createEntryReader } from './read-entries.ts';
import { createExposureReader } from './read-exposure.ts';
import { createKeyReader } from './read-keys.ts';
import { createLogReader } from './read-log.ts';
import { createMaskReader } from './read-masks.ts';
import { createMeterReader } from './read-meters.ts';
import { createPayloadReader } from './read-payloads.ts';
import { createPeopleReader } from './read-people.ts';
import { createPolicyReader } from './read-policies.ts';
import { createPublicationReader } from './read-publications.ts';
import { createPushConfigReader } from './read-push-configs.ts';
import { createRegistryReader } from './read-registry.ts';
import { createRetentionReader } from './read-retention.ts';
import { createSavedViewReader } from './read-saved-views.ts';
import { createSessionReader } from './read-sessions.ts';
import { createShadowReader } from './read-shadow.ts';
import { createSinkReader } from './read-sinks.ts';
import { createTaskReader } from './read-tasks.ts';
import { createPinReader } from './read-pins.ts';
import { createTreeReader } from './read-tree.ts';

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
