import { type Id, newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok, refuse, type Result } from '../errors.ts';
import type { McpServer } from '../registry/types.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing-folder.ts';
import type { Store } from '../store/store.ts';
import { assembleCatalog, type ServerCatalog } from './catalog.ts';
import { type Catalogs, type CatalogsDeps, createCatalogs } from './catalogs.ts';
import { digestOf } from './definitions.ts';

const UID = newId('srv');

function server(name: string, uid: Id<'srv'> = UID, url = 'http://127.0.0.1:1/mcp'): McpServer {
  const registered = { team: 'billing', environment: 'test', risk: 1, labels: [], tools: new Map() } as const;
  return { kind: 'mcp', uid, name, url, ...registered, credential: { kind: 'none' }, callToken: 'handle' };
}
function listing(...names: string[]): Result<ServerCatalog> {
  const tools = names.map((name) => {
    const value = { name, inputSchema: { type: 'object' } };
    const definition = JSON.stringify(value);
    return { name, definition, digest: digestOf(definition), value };
  });
  return ok(assembleCatalog('2025-11-25', new Map([['tool', tools]]), [], 7));
}
const down = (): Result<never> => refuse('upstream_unavailable', 'it is down');

describe('catalogues', () => {
  let folder: TestFolder;
  let store: Store;
  let servers: McpServer[];
  let now: number;
  let asked: string[];
  let told: string[];
  let answer: (server: McpServer, signal: AbortSignal) => Promise<Result<ServerCatalog>>;
  let catalogs: Catalogs;

  function open(changes: Partial<CatalogsDeps> = {}): Catalogs {
    catalogs = createCatalogs({
      writer: store,
      servers: () => servers,
      fetch(each, signal) {
        asked.push(each.name);
        return answer(each, signal);
      },
      now: () => now,
      tell: (message) => told.push(message),
      retryMs: 1,
      ...changes,
    });
    return catalogs;
  }
  const names = (uid = UID): string[] => catalogs.tools(uid).map(({ name }) => name);
  const nextChange = (): Promise<Id<'srv'>> => {
    const { promise, resolve } = Promise.withResolvers<Id<'srv'>>();
    const stop = catalogs.onChange((uid) => {
      stop();
      resolve(uid);
    });
    return promise;
  };

  beforeEach(async () => {
    folder = await createTestFolder();
    store = await folder.open();
    servers = [server('payments')];
    now = 1_000_000;
    asked = [];
    told = [];
    answer = () => Promise.resolve(listing('pay'));
  });
  afterEach(async () => {
    await catalogs.close();
    await store.close();
    folder.remove();
  });

  it('are read at the start, recorded, and there again after a restart with the server down', async () => {
    await open().start([]);
    expect(catalogs.tool(UID, 'pay')).toMatchObject({ name: 'pay', inputSchema: { type: 'object' } });
    expect(catalogs.tool(UID, 'refund')).toBeUndefined();
    const stored = await store.readers.registry.catalogs();
    expect(stored).toMatchObject([{ upstreamUid: UID, digest: catalogs.catalog(UID)?.digest }]);
    await catalogs.close();

    answer = () => Promise.resolve(down());
    await open({ retryMs: 60_000 }).start(stored);
    expect(names()).toEqual(['pay']);
    expect(told).toEqual(['it is down']);
  });

  it('that did not change are not recorded again', async () => {
    await open().start([]);
    const size = store.health().size;
    now += 60_000;
    await catalogs.refresh(UID);
    expect(asked).toHaveLength(2);
    expect(store.health().size).toBe(size);
  });

  it('come later where a server is down at the start, without failing it', async () => {
    let failures = 3;
    answer = () => Promise.resolve(failures-- > 0 ? down() : listing('pay'));
    open();
    const changed = nextChange();
    await catalogs.start([]);
    expect(names()).toEqual([]);
    expect(await changed).toBe(UID);
    expect(names()).toEqual(['pay']);
    expect(asked).toHaveLength(4);
  });

  it('are refreshed by one question for all who ask, and not again soon after', async () => {
    await open().start([]);
    now += 60_000;
    const gate = Promise.withResolvers<void>();
    answer = async () => {
      await gate.promise;
      return listing('pay', 'refund');
    };
    const all = Promise.all([catalogs.refresh(UID), catalogs.refresh(UID), catalogs.refresh(UID)]);
    gate.resolve();
    await all;
    expect(names()).toEqual(['pay', 'refund']);
    expect(asked).toHaveLength(2);
    await catalogs.refresh(UID);
    expect(asked).toHaveLength(2);
  });

  it('are refreshed a little later when a server says that they changed just after it was asked', async () => {
    await open({ minIntervalMs: 5 }).start([]);
    answer = () => Promise.resolve(listing('refund'));
    const changed = nextChange();
    await catalogs.refresh(UID);
    expect(names()).toEqual(['pay']);
    await changed;
    expect(names()).toEqual(['refund']);
  });

  it('follow the registry: new and moved servers are asked, removed ones forgotten', async () => {
    await open().start([]);
    const other = newId('srv');
    servers = [server('payments'), server('crm', other)];
    answer = ({ name }) => Promise.resolve(listing(name));
    await catalogs.sync();
    expect([names(UID), names(other)]).toEqual([['pay'], ['crm']]);
    servers = [server('payments', UID, 'http://127.0.0.1:2/mcp')];
    await catalogs.sync();
    expect([names(UID), names(other)]).toEqual([['payments'], []]);
    expect(asked).toEqual(['payments', 'crm', 'payments']);
  });

  it('of a server that moved while it was asked are not taken from its old place', async () => {
    const gate = Promise.withResolvers<void>();
    answer = async ({ url }) => {
      if (url.includes(':1/')) await gate.promise;
      return listing(url.includes(':1/') ? 'old' : 'new');
    };
    const started = open().start([]);
    servers = [server('payments', UID, 'http://127.0.0.1:2/mcp')];
    await catalogs.sync();
    gate.resolve();
    await started;
    expect(names()).toEqual(['new']);
  });

  it('that cannot be recorded are not served', async () => {
    await open({ retryMs: 60_000 }).start([]);
    now += 60_000;
    answer = () => Promise.resolve(listing('pay', 'unrecorded'));
    await store.close();
    await catalogs.refresh(UID);
    expect(names()).toEqual(['pay']);
    expect(told).toEqual([expect.stringContaining('cannot be recorded: log_unavailable')]);
  });

  it('are left alone once closed, and a question under way is broken off', async () => {
    const broken = Promise.withResolvers<void>();
    answer = async (_server, signal) => {
      signal.addEventListener('abort', () => broken.resolve());
      await broken.promise;
      return listing('late');
    };
    const started = open().start([]);
    await catalogs.close();
    await started;
    await catalogs.refresh(UID);
    await catalogs.sync();
    expect(names()).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});
