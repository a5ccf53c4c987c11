// What is stored of people, from the start on: erasures that were begun are finished and what a restored backup brought
// back is erased again, before anything is served; then erasing as a change, legal holds, and retention.
import { openRecorded } from '../archive/recorded.ts';
import type { ChangeDesk } from '../changes/types.ts';
import type { Config } from '../config.ts';
import { retentionSetting } from '../config/privacy.ts';
import { rulesOf } from '../config/review.ts';
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import { createAlone } from '../privacy/alone.ts';
import { createArchivedRetention } from '../privacy/archived-retention.ts';
import { erasureChanges } from '../privacy/erasure-changes.ts';
import { createLegalHolds, lasts, type LegalHolds } from '../privacy/holds.ts';
import { createRetention } from '../privacy/retention.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { settleErasures } from './erasures.ts';
import { recordKeyLosses } from './key-losses.ts';
import { recordPayloadKey } from './payload-key.ts';
import { StartError } from './problem.ts';

export interface Privacy {
  readonly holds: LegalHolds;
  /** Destroys what was kept long enough, a little at a time, and goes on with erasures that are behind. */
  tick(): Promise<void>;
}

export async function openPrivacy(deps: {
  readonly config: { readonly log: Pick<Config['log'], 'erasure' | 'retention'> };
  readonly dataDir: string;
  readonly origin: string;
  readonly store: Store;
  readonly registry: Pick<Registry, 'current'>;
  readonly changes: Pick<ChangeDesk, 'register'>;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): Promise<Privacy> {
  const { config, dataDir, origin, store, registry, changes, now, tell } = deps;
  const { readers } = store;
  try {
    await recordKeyLosses(store, dataDir);
    await recordPayloadKey(store);
    const { list, eraser } = await settleErasures(store, { dataDir, origin, tell });

    const rules = config.log.retention.map(retentionSetting);
    const kept: { retention: ReturnType<typeof createRetention> | null } = { retention: null };
    const alone = createAlone();
    const holds = createLegalHolds({
      writer: store,
      reads: readers.holds,
      now,
      alone,
      onLifted: async () => kept.retention?.again(),
    });
    const retention = createRetention({
      rules,
      writer: store,
      readers,
      heldBy: () => holds.heldBy(),
      alone,
      now,
    });
    kept.retention = retention;
    const archived = () => openRecorded(readers);
    const archives: Parameters<typeof createArchivedRetention>[0]['archives'] = (work) =>
      usingArchivedLogs(dataDir, readers.log, work);
    const isAnyHeld = async (asOf?: number): Promise<boolean> =>
      (await holds.list()).some((hold) => lasts(hold, asOf));
    const inArchives = createArchivedRetention({
      rules,
      writer: store,
      readers,
      archived,
      archives,
      isAnyHeld,
      alone,
      now,
      tell,
    });
    const review = rulesOf(config.log.erasure);
    changes.register(
      erasureChanges({
        readers,
        namesOf: namesIn(registry),
        heldBy: (asOf) => holds.heldBy(asOf),
        isAnyHeld,
        rules: () => review,
        archives,
        archived,
        now,
        eraser,
        alone,
        list,
        tell,
      }),
    );
    return {
      holds,
      async tick() {
        // What failed when it was agreed to, for want of room on the disk for example, is tried again.
        if (eraser.isBehind()) await alone(() => eraser.goOn());
        await retention.tick();
        await inArchives.tick();
      },
    };
  } catch (error) {
    throw error instanceof StoreError ? new StartError(error.message) : error;
  }
}

/** A person of the registry is known by two names. */
function namesIn(registry: Pick<Registry, 'current'>): (subject: string) => readonly string[] {
  return (subject) =>
    [...registry.current().users.values()].flatMap(({ name, email }) =>
      name === subject || email === subject ? [name, email] : [],
    );
}
