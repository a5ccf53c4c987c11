// Holds the catalogue of every registered MCP server: filled at start, fetched again when a server says that its lists
// changed or a call names what nobody knows, and retried while a server is down. A changed catalogue is in the log
// before anybody sees it (DESIGN sections 2 and 6).
import type { EntryDraft, Id } from '@countersign/audit';
import type { Result } from '../errors.ts';
import { heldBackNotices } from '../pins/notices.ts';
import type { Pins } from '../pins/pins.ts';
import { quoted } from '../pins/printable.ts';
import type { McpServer, ToolPinning } from '../registry/types.ts';
import type { CatalogRecord } from '../store/readers/registry.ts';
import type { LogWriter } from '../store/types.ts';
import { type CatalogTool, itemsOf, type ServerCatalog, type Skipped } from './catalog.ts';
import { catalogChange, fromRecord, keyOf } from './catalog-record.ts';
import { type ChangeBudget, createChangeBudget } from './change-budget.ts';
import type { Definition, ItemKind } from './definitions.ts';

export interface CatalogsDeps {
  readonly writer: LogWriter;
  readonly pins: Pins;
  /** The registered servers, as they are now. */
  readonly servers: () => Iterable<McpServer>;
  readonly fetch: (server: McpServer, signal: AbortSignal) => Promise<Result<ServerCatalog>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For the operator. */
  readonly tell: (message: string) => void;
  /** A server is not asked again sooner than this after it was last asked; default 5 s. */
  readonly minIntervalMs?: number;
  /** After the first failure; doubled after each one more, up to 60 times as much. Default 1 s. */
  readonly retryMs?: number;
  /** Of one server that are recorded one by one. */
  readonly changesPerHour?: number;
}

/** Why a server could not be listed when it was last asked, and since when that is so. */
export interface CatalogTrouble {
  /** For the operator: of a server's own words only what is fit for a log line. */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface Catalogs {
  /** Takes over what the store holds, then asks every server once. A server that is down does not fail it. */
  start(stored: Iterable<CatalogRecord>): Promise<void>;
  /** Undefined until it was read once. */
  catalog(upstream: Id<'srv'>): ServerCatalog | undefined;
  /** Null where it was listed when it was last asked, or was not asked yet. */
  trouble(upstream: Id<'srv'>): CatalogTrouble | null;
  tools(upstream: Id<'srv'>): readonly CatalogTool[];
  tool(upstream: Id<'srv'>, name: string): CatalogTool | undefined;
  item(upstream: Id<'srv'>, kind: ItemKind, name: string): Definition | undefined;
  /**
   * Asks the server again, unless it was asked just now; then it is asked a little later. Resolves when the catalogue
   * is as fresh as it gets without waiting.
   */
  refresh(upstream: Id<'srv'>): Promise<void>;
  /** To be called when the registry changed: servers that are new or have moved are asked, others forgotten. */
  sync(): Promise<void>;
  /** Called after a catalogue changed. Returns how to stop listening. */
  onChange(listener: (upstream: Id<'srv'>) => void): () => void;
  /** Tells the listeners that what may be used of a catalogue changed, though the catalogue did not. */
  changed(upstream: Id<'srv'>): void;
  /** No server is asked any more; resolves when none is being asked. */
  close(): Promise<void>;
}

interface Entry {
  server: McpServer;
  catalog: ServerCatalog | undefined;
  /** The newest whose changes were taken; another one than `catalog` while changes are held back. */
  recorded: ServerCatalog | undefined;
  byName: ReadonlyMap<string, CatalogTool>;
  items: ReadonlyMap<string, Definition>;
  budget: ChangeBudget;
  /** Whether it is on record that changes are held back. */
  isLimited: boolean;
  /** The pinning that the catalogue was last brought in line with. */
  pinning: ToolPinning | undefined;
  asking: Promise<void> | null;
  /** Milliseconds since the epoch; when the server was last asked. */
  askedAt: number;
  failures: number;
  trouble: CatalogTrouble | null;
  timer: NodeJS.Timeout | undefined;
}

const MAX_RETRY_FACTOR = 60;

export function createCatalogs(deps: CatalogsDeps): Catalogs {
  const { minIntervalMs = 5_000, retryMs = 1_000 } = deps;
  const entries = new Map<Id<'srv'>, Entry>();
  const listeners = new Set<(upstream: Id<'srv'>) => void>();
  const pending = new Set<Promise<void>>();
  const closing = new AbortController();

  function adopt(entry: Entry, catalog: ServerCatalog): void {
    entry.catalog = catalog;
    entry.byName = new Map(catalog.tools.map((tool) => [tool.name, tool]));
    entry.items = new Map(itemsOf(catalog).map((item) => [`${item.kind} ${item.name}`, item]));
  }

  /** Nothing of it that is on no record yet is used by anybody. */
  async function holdBack(entry: Entry, catalog: ServerCatalog, draft: EntryDraft): Promise<string | null> {
    const { uid, name } = entry.server;
    if (!entry.isLimited) {
      const committed = await deps.writer.commit({ entries: [draft] });
      if (!committed.ok) return cannotRecord(name, committed.code);
      deps.tell(
        `server \`${name}\` changes what it lists again and again: what is new or changed is held back, and recorded once it changes less; \`countersign tools list\` shows it`,
      );
      entry.isLimited = true;
    }
    const known = new Set(entry.recorded === undefined ? [] : itemsOf(entry.recorded).map(keyOf));
    deps.pins.unrecorded(
      uid,
      itemsOf(catalog).filter((item) => !known.has(keyOf(item))),
    );
    const isNews = entry.catalog?.digest !== catalog.digest;
    adopt(entry, catalog);
    if (isNews) for (const listener of listeners) listener(uid);
    later(entry, entry.budget.waitMs());
    return null;
  }

  function takeOver(entry: Entry, catalog: ServerCatalog): void {
    const wasLimited = entry.isLimited;
    entry.recorded = catalog;
    entry.isLimited = false;
    deps.pins.unrecorded(entry.server.uid, []);
    adopt(entry, catalog);
    if (wasLimited) for (const listener of listeners) listener(entry.server.uid);
  }

  // Gives what went wrong, or null.
  async function take(entry: Entry, catalog: ServerCatalog): Promise<string | null> {
    const { uid, name } = entry.server;
    const before = entry.recorded ?? null;
    const isSame = before?.digest === catalog.digest;
    // What is seen for the first time is pinned in the commit that it is recorded in: it is never usable unpinned.
    const sighting = deps.pins.atSight(entry.server, catalog);
    if (isSame && sighting.changes.length === 0) {
      takeOver(entry, catalog);
      return null;
    }
    const { entry: draft, change } = catalogChange(uid, before, catalog);
    if (!isSame && !entry.budget.take(sizeOf(draft)))
      return holdBack(entry, catalog, catalogChange(uid, before, catalog, 'held_back').entry);
    const committed = await deps.writer.commit({
      entries: isSame ? [] : [draft],
      changes: [...(isSame ? [] : [change]), ...sighting.changes],
    });
    if (!committed.ok) return cannotRecord(name, committed.code);
    sighting.adopt();
    entry.pinning = entry.server.toolPinning;
    takeOver(entry, catalog);
    for (const skipped of catalog.skipped) deps.tell(`server \`${name}\`: ${tellSkipped(skipped)}`);
    for (const notice of heldBackNotices(entry.server, before, catalog, deps.pins)) deps.tell(notice);
    for (const listener of listeners) listener(uid);
    return null;
  }

  async function askNow(entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    entry.askedAt = deps.now();
    const { server } = entry;
    const fetched = await deps.fetch(server, closing.signal);
    // Forgotten, or moved, while it was asked: what it said is of no use.
    if (closing.signal.aborted || entries.get(server.uid) !== entry) return;
    const problem = fetched.ok ? await take(entry, fetched.value) : fetched.error.reason;
    if (problem === null) {
      entry.failures = 0;
      entry.trouble = null;
      return;
    }
    entry.trouble = { reason: problem, since: entry.trouble?.since ?? entry.askedAt };
    deps.tell(problem);
    later(entry, retryMs * Math.min(2 ** entry.failures, MAX_RETRY_FACTOR));
    entry.failures++;
  }

  function ask(entry: Entry): Promise<void> {
    if (entry.asking !== null) return entry.asking;
    const asking = askNow(entry).finally(() => {
      entry.asking = null;
      pending.delete(asking);
    });
    entry.asking = asking;
    pending.add(asking);
    return asking;
  }

  function later(entry: Entry, ms: number): void {
    clearTimeout(entry.timer);
    if (closing.signal.aborted) return;
    entry.timer = setTimeout(() => {
      ask(entry).catch((error: unknown) => deps.tell(String(error)));
    }, ms);
    entry.timer.unref();
  }

  function forget(entry: Entry): void {
    clearTimeout(entry.timer);
    entries.delete(entry.server.uid);
  }

  /** Brings the entries in line with the registry and gives those that must be asked. */
  function align(): Entry[] {
    const wanted = new Map([...deps.servers()].map((server) => [server.uid, server]));
    for (const entry of entries.values()) if (!wanted.has(entry.server.uid)) forget(entry);
    const stale: Entry[] = [];
    for (const server of wanted.values()) {
      const known = entries.get(server.uid);
      if (known !== undefined && isSamePlace(known.server, server)) {
        known.server = server;
        continue;
      }
      clearTimeout(known?.timer);
      const fresh: Entry = {
        server,
        catalog: known?.catalog,
        recorded: known?.recorded,
        byName: known?.byName ?? new Map(),
        items: known?.items ?? new Map(),
        budget: known?.budget ?? createChangeBudget(deps.now, deps.changesPerHour),
        isLimited: known?.isLimited ?? false,
        pinning: known?.pinning,
        asking: null,
        askedAt: 0,
        failures: 0,
        trouble: null,
        timer: undefined,
      };
      entries.set(server.uid, fresh);
      stale.push(fresh);
    }
    return stale;
  }

  async function askAll(stale: readonly Entry[]): Promise<void> {
    await Promise.all(stale.map(ask));
  }

  /** What pinning means for a catalogue that was there before it: what it takes at sight, and what it holds back. */
  async function settle(entry: Entry): Promise<void> {
    const { server, recorded: catalog } = entry;
    if (catalog === undefined || entry.pinning === server.toolPinning) return;
    const sighting = deps.pins.atSight(server, catalog);
    const { changes } = sighting;
    const committed = changes.length === 0 ? null : await deps.writer.commit({ entries: [], changes });
    if (committed?.ok === false) {
      deps.tell(`the tools of server \`${server.name}\` cannot be pinned: ${committed.code}`);
      return;
    }
    sighting.adopt();
    entry.pinning = server.toolPinning;
    for (const notice of heldBackNotices(server, null, catalog, deps.pins)) deps.tell(notice);
    for (const listener of listeners) listener(server.uid);
  }

  /** What is known is pinned before anything that a server says now: its commits are on their way first. */
  async function settleAndAsk(stale: readonly Entry[]): Promise<void> {
    await Promise.all([...[...entries.values()].map(settle), askAll(stale)]);
  }

  return {
    async start(stored) {
      const stale = align();
      for (const row of stored) {
        const entry = entries.get(row.upstreamUid as Id<'srv'>);
        const catalog = entry === undefined ? null : fromRecord(row);
        if (entry !== undefined && catalog !== null) takeOver(entry, catalog);
      }
      await settleAndAsk(stale);
    },
    catalog: (upstream) => entries.get(upstream)?.catalog,
    trouble: (upstream) => entries.get(upstream)?.trouble ?? null,
    tools: (upstream) => entries.get(upstream)?.catalog?.tools ?? [],
    tool: (upstream, name) => entries.get(upstream)?.byName.get(name),
    item: (upstream, kind, name) => entries.get(upstream)?.items.get(`${kind} ${name}`),
    async refresh(upstream) {
      const entry = entries.get(upstream);
      if (entry === undefined || closing.signal.aborted) return;
      const wait = entry.askedAt + minIntervalMs - deps.now();
      if (wait > 0) later(entry, wait);
      if (wait <= 0 || entry.asking !== null) await ask(entry);
    },
    sync: () => (closing.signal.aborted ? Promise.resolve() : settleAndAsk(align())),
    changed(upstream) {
      for (const listener of listeners) listener(upstream);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      for (const entry of entries.values()) clearTimeout(entry.timer);
      await Promise.all(pending);
    },
  };
}

function sizeOf({ details }: EntryDraft<'catalog.changed'>): number {
  return Object.values(details ?? {}).reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function cannotRecord(name: string, code: string): string {
  return `the changed catalogue of server \`${name}\` cannot be recorded: ${code}`;
}

// The same server under another address or credential may list other tools.
function isSamePlace(a: McpServer, b: McpServer): boolean {
  return JSON.stringify([a.place, a.credential]) === JSON.stringify([b.place, b.credential]);
}

function tellSkipped({ kind, name, reason }: Skipped): string {
  return name === null
    ? `a ${kind} was left out: ${reason}`
    : `the ${kind} ${quoted(name)} was left out: ${reason}`;
}
