// Policy before it goes live: rehearsals, and the shadow set beside the one in force. Nothing here stands in the way of a
// call, and none of it stops a start.
import type { KnownTools } from '../rehearsal/before-policy.ts';
import { createRehearsalDesk, type RehearsalDesk } from '../rehearsal/desk.ts';
import { createRehearsals } from '../rehearsal/thread.ts';
import type { Registry } from '../registry/registry.ts';
import { createShadow } from '../shadow/shadow.ts';
import type { ShadowDesk } from '../shadow/types.ts';
import type { Store } from '../store/store.ts';
import type { Catalogs } from '../upstreams/catalogs.ts';
import type { Policy } from './policy.ts';

export interface Trials {
  readonly rehearsals: RehearsalDesk;
  readonly shadow: ShadowDesk;
  start(): Promise<void>;
  close(): Promise<void>;
}

export function openTrials(deps: {
  readonly dataDir: string;
  readonly registry: Registry;
  readonly store: Store;
  readonly catalogs: Catalogs;
  readonly tools: KnownTools;
  readonly policy: Policy;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): Trials {
  const { dataDir, registry, store, catalogs, tools, policy, now, tell } = deps;
  const { readers } = store;
  const { schemaInput } = policy;
  const rehearsals = createRehearsals();
  const shadow = createShadow({ store, reads: readers.shadow, schemaInput, now, tell });
  const stops = [registry.onChange(() => shadow.look()), catalogs.onChange(() => shadow.look())];
  return {
    rehearsals: createRehearsalDesk({
      dataDir,
      rehearsals,
      registry,
      policy: policy.port,
      schemaInput,
      tools,
      reads: {
        exposure: (holders, at) => readers.exposure.exposure(holders, at),
        activeSources: async () => (await readers.policies.active())?.sources ?? null,
      },
      now,
    }),
    shadow,
    start: () => shadow.start(),
    async close() {
      for (const stop of stops) stop();
      await Promise.all([rehearsals.close(), shadow.close()]);
    },
  };
}
