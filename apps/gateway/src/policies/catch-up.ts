// Compiling takes its time beside the calls, so that what is in force may lag behind what servers list and people accepted.
// Whoever comes with a tool that is known but not yet typed waits here, a bounded time; never decides anything itself.
import { setTimeout as delay } from 'node:timers/promises';
import type { Pins } from '../pins/pins.ts';
import type { Item } from '../pins/shown.ts';
import type { McpServer } from '../registry/types.ts';
import type { CatalogTool } from '../upstreams/catalog.ts';
import type { Catalogs } from '../upstreams/catalogs.ts';
import type { Publisher } from './publisher-types.ts';

export interface CatchUp {
  /** Whether calls of an accepted tool are decided by this definition of it; waits until they are, or no longer. */
  tool(server: McpServer, tool: CatalogTool): Promise<boolean>;
  /** Waits likewise for what a server lists, its catalogue included; tells of each name whether it is so. */
  tools(server: McpServer, names: readonly string[]): Promise<(name: string) => boolean>;
  /** Waits likewise until the catalogue has what a server just showed, or asked again does not. */
  known(server: McpServer, items: readonly Item[]): Promise<void>;
}

export interface CatchUpDeps {
  readonly publisher: Pick<Publisher, 'reload' | 'isTyped' | 'status'>;
  readonly catalogs: Pick<Catalogs, 'tool' | 'item' | 'refresh'>;
  readonly pins: Pick<Pins, 'standing'>;
  readonly patienceMs?: number;
}

const PATIENCE_MS = 5_000;
/** One may have begun before what is waited for was there. */
const ROUNDS = 2;

export function createCatchUp({ publisher, catalogs, pins, patienceMs = PATIENCE_MS }: CatchUpDeps): CatchUp {
  /** Shared by all who wait. */
  let reloading: Promise<void> | null = null;
  const reloaded = (): Promise<void> => {
    // Why it failed is told by whoever watches; those who wait find nothing changed.
    reloading ??= publisher
      .reload()
      .catch(() => undefined)
      .finally(() => {
        reloading = null;
      });
    return reloading;
  };

  async function until(isSo: () => boolean, patience: Promise<unknown>): Promise<void> {
    for (let round = 0; round < ROUNDS && !isSo(); round += 1) await Promise.race([reloaded(), patience]);
  }

  return {
    async tool({ name: server }, tool) {
      // Where nothing is in force everything is denied, and there is nothing to wait for.
      const isTyped = () => publisher.status().active === null || publisher.isTyped(server, tool);
      if (!isTyped()) await withPatience(patienceMs, (patience) => until(isTyped, patience));
      return isTyped();
    },
    async tools(server, names) {
      const isTyped = (name: string): boolean => {
        const tool = catalogs.tool(server.uid, name);
        return tool !== undefined && publisher.isTyped(server.name, tool);
      };
      // What is not accepted is shown to nobody: it is not waited for.
      const isReady = () =>
        names.every((name) => {
          const tool = catalogs.tool(server.uid, name);
          return tool === undefined || pins.standing(server, tool) !== 'accepted' || isTyped(name);
        });
      const isKnown = () => names.every((name) => catalogs.tool(server.uid, name) !== undefined);
      if (isKnown() && isReady()) return isTyped;
      await withPatience(patienceMs, async (patience) => {
        if (!isKnown()) await Promise.race([catalogs.refresh(server.uid), patience]);
        await until(isReady, patience);
      });
      return isTyped;
    },
    async known({ uid }, items) {
      if (items.every(({ kind, name }) => catalogs.item(uid, kind, name) !== undefined)) return;
      await withPatience(patienceMs, async (patience) => {
        await Promise.race([catalogs.refresh(uid), patience]);
      });
    },
  };
}

async function withPatience(ms: number, work: (patience: Promise<unknown>) => Promise<void>): Promise<void> {
  const done = new AbortController();
  const patience = delay(ms, undefined, { ref: false, signal: done.signal }).catch(() => undefined);
  try {
    await work(patience);
  } finally {
    done.abort();
  }
}
