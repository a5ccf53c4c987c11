// The kinds of change, beside policy, that people agree to: what moves decisions in the registry, and clearing an exposure
// early.
import type { ChangeDesk } from '../changes/types.ts';
import type { Config } from '../config.ts';
import { registryRules, rulesOf } from '../config/review.ts';
import { exposureChanges } from '../exposure/exposure-changes.ts';
import { createRehearsals, RehearsalError } from '../rehearsal/thread.ts';
import type { Registry } from '../registry/registry.ts';
import { createRegistryDesk, type RegistryDesk } from '../registry/review/desk.ts';
import type { ReplayChange } from '../registry/review/effect.ts';
import { registryChanges } from '../registry/review/registry-changes.ts';
import type { Store } from '../store/store.ts';
import { createTurns } from '../turns.ts';
import type { Policy } from './policy.ts';

/** Recorded calls by which a change of the registry is looked at, and how long that may take. */
const LAST_CALLS = 10_000;
const REPLAY_MS = 10_000;

export interface Reviews {
  readonly registry: RegistryDesk;
  close(): Promise<void>;
}

export function openReviews(deps: {
  readonly config: Pick<Config, 'data' | 'registry' | 'exposure'>;
  readonly registry: Registry;
  readonly store: Store;
  readonly changes: ChangeDesk;
  readonly policy: Pick<Policy, 'schemaInput'>;
  readonly now: () => number;
}): Reviews {
  const { config, registry, store, changes, policy, now } = deps;
  const { readers } = store;
  const rehearsals = createRehearsals();
  const inTurn = createTurns();
  const replay: ReplayChange = (before, after) =>
    inTurn('', async () => {
      const active = await readers.policies.active();
      if (active === null) return { ok: false, message: 'no policy set is in force' };
      const job = {
        dataDir: config.data.dir,
        sources: JSON.parse(active.sources),
        input: policy.schemaInput(),
        before,
        after,
        last: LAST_CALLS,
        budgetMs: REPLAY_MS,
      };
      return rehearsals.registry(job).catch((error: unknown) => {
        if (!(error instanceof RehearsalError)) throw error;
        return { ok: false, message: error.message };
      });
    });
  const ruling = registryRules(config.registry);
  const rules = () => ruling;
  changes.register(registryChanges({ registry, rules, replay }));
  const clearing = rulesOf(config.exposure.declassify);
  changes.register(exposureChanges({ reads: readers.exposure, registry, rules: () => clearing, now }));
  return {
    registry: createRegistryDesk({ registry, changes, rules }),
    close: () => rehearsals.close(),
  };
}
