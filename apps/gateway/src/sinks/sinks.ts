// All sinks of a node: started from their positions, woken by commits, told about.
import { parseEntry } from '@countersign/audit';
import type { DeliveryContext, Delivery, SinkConfig, SinkStatus } from './types.ts';
import type { Readers } from '../store/readers.ts';
import type { Store } from '../store/store.ts';
import { type RunningSink, runSink } from './runner.ts';

/** How long a receiver may be away before the node counts as not what it should be. */
const CONCERN_MS = 60_000;

export interface Sinks {
  statuses(): readonly SinkStatus[];
  /** What is to be said of sinks that have failed for a while; empty while all is well. */
  concerns(): readonly string[];
  close(): Promise<void>;
}

export interface SinksDeps {
  readonly store: Pick<Store, 'commit' | 'health' | 'onCommitted'> & {
    readonly readers: Pick<Readers, 'log' | 'sinks'>;
  };
  readonly origin: string;
  readonly version: string;
  readonly now: () => number;
  readonly tell: (message: string) => void;
  /** Opens the way to a receiver; secrets and files were checked before. */
  readonly deliver: (config: SinkConfig, context: DeliveryContext) => Delivery;
}

export async function startSinks(configs: readonly SinkConfig[], deps: SinksDeps): Promise<Sinks> {
  const { store, now, tell } = deps;
  const { log, sinks } = store.readers;
  const positions = new Map((await sinks.positions()).map(({ name, next }) => [name, next]));
  const context: DeliveryContext = {
    origin: deps.origin,
    version: deps.version,
    headerAt: async (index) => {
      const entry = await log.entry(index);
      const parsed = entry === null ? null : parseEntry(entry.header);
      return parsed?.ok === true ? parsed.value : null;
    },
  };
  const running: RunningSink[] = [];
  for (const config of configs) {
    const begin = config.from === 'now' ? store.health().size : 0;
    running.push(
      runSink({
        config,
        delivery: deps.deliver(config, context),
        log,
        writer: store,
        start: await firstPosition(config.name, positions.get(config.name) ?? null, begin, deps),
        size: () => store.health().size,
        now,
        tell,
      }),
    );
  }
  const unsubscribe = store.onCommitted(() => {
    for (const sink of running) sink.wake();
  });
  const statuses = (): readonly SinkStatus[] => running.map((sink) => sink.status());
  return {
    statuses,
    concerns: () =>
      statuses().flatMap(({ name, failingSince, error, lag }) =>
        failingSince === null || now() - failingSince < CONCERN_MS
          ? []
          : [`sink \`${name}\` is ${lag} entries behind: ${error ?? 'unknown'}`],
      ),
    async close() {
      unsubscribe();
      await Promise.all(running.map((sink) => sink.close()));
    },
  };
}

/** A new sink's first position is written at once: `now` must stay the moment at which it was configured. */
async function firstPosition(
  name: string,
  known: number | null,
  begin: number,
  { store, now }: SinksDeps,
): Promise<number> {
  if (known !== null) return known;
  const row = { name, next_index: begin, updated_at: now() };
  await store.commit({ entries: [], changes: [{ ensure: 'sinks', row }] });
  return begin;
}
