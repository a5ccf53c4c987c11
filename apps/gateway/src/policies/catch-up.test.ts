import { createEngine, type Engine, type PolicySource } from '@countersign/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../admin/testing/admin-under-test.ts';
import { standingOf } from '../pins/standing.ts';
import type { McpServer } from '../registry/types.ts';
import type { CatalogTool } from '../upstreams/catalog.ts';
import { createCatchUp } from './catch-up.ts';
import { type Compiler, createCompiler } from './compiler.ts';
import { createPublisher } from './publisher.ts';
import type { Publisher } from './publisher-types.ts';

const HANGING = new URL('testing/dying-worker.ts', import.meta.url);
const PERMIT = '@id("all")\npermit (principal is Agent, action, resource);\n';
// What is waited for reads nothing else of a server.
const FILES = { uid: 'srv_1', name: 'files', toolPinning: 'off' } as unknown as McpServer;

let admin: AdminUnderTest;
let compiler: Compiler;
let engine: Engine;
let publisher: Publisher;
let listed: Map<string, CatalogTool>;
/** What the server comes to list when it is asked again. */
let next: Map<string, CatalogTool>;
let folder: readonly PolicySource[];

const NO_PINS = { get: () => undefined, isUnrecorded: () => false };
const tool = (name: string, property: string): CatalogTool => ({
  kind: 'tool',
  name,
  definition: property,
  digest: property,
  inputSchema: { type: 'object', properties: { [property]: { type: 'string' } } },
});
const catchUp = (patienceMs?: number) =>
  createCatchUp({
    publisher,
    catalogs: {
      tool: (_uid, name) => listed.get(name),
      item: (_uid, _kind, name) => listed.get(name),
      refresh: () => {
        listed = next;
        return Promise.resolve();
      },
    },
    pins: { standing: ({ toolPinning }, item) => standingOf(toolPinning, NO_PINS, item) },
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });

beforeEach(async () => {
  admin = await startAdmin();
  compiler = createCompiler({ entry: HANGING, timeoutMs: 2_000 });
  engine = createEngine();
  listed = new Map([['read', tool('read', 'path')]]);
  next = listed;
  folder = [{ file: 'a.cedar', text: PERMIT }];
  publisher = createPublisher({
    engine,
    compiler,
    schemaInput: () => ({ servers: [{ name: 'files', tools: [...listed.values()] }], groups: [], teams: [] }),
    writer: admin.store,
    reads: admin.store.readers.policies,
    folder: async () => folder,
    now: Date.now,
    tell: () => {},
  });
  await publisher.reload();
});
afterEach(async () => {
  await compiler.close();
  await admin.close();
});

describe('a call of a tool', () => {
  it('that is typed as it is listed waits for nothing', async () => {
    expect(await catchUp(0).tool(FILES, tool('read', 'path'))).toBe(true);
  });

  it('that has another definition since waits until that is what it is decided by', async () => {
    const changed = tool('read', 'uri');
    listed = new Map([['read', changed]]);
    const before = engine.active?.schema;
    const ready = catchUp().tool(FILES, changed);
    expect(engine.active?.schema).toBe(before);
    expect(await ready).toBe(true);
    expect(engine.active?.schema).not.toBe(before);
  });

  it('is not decided by the definition before, however long the new one takes', async () => {
    const changed = tool('read', 'uri');
    listed = new Map([['read', changed]]);
    folder = [{ file: 'a.cedar', text: `${PERMIT}// hang` }];
    expect(await catchUp(1).tool(FILES, changed)).toBe(false);
  });

  it('of which nobody ever hears is answered at once, again and again', async () => {
    const unheard = tool('read', 'uri');
    const waiting = catchUp();
    const answers = await Promise.all([1, 2, 3].map(() => waiting.tool(FILES, unheard)));
    expect(answers).toEqual([false, false, false]);
  });

  it('is left to the engine to deny where nothing is in force', async () => {
    const none = { reload: () => Promise.reject(new Error('not asked')), isTyped: () => false };
    const inForce = publisher.status();
    const status = () => ({ ...inForce, active: null });
    publisher = { ...publisher, ...none, status };
    expect(await catchUp().tool(FILES, tool('read', 'path'))).toBe(true);
  });
});

describe('a list of tools', () => {
  it('waits for the catalogue and for the types of what is new', async () => {
    next = new Map([...listed, ['write', tool('write', 'text')]]);
    const isTyped = await catchUp().tools(FILES, ['read', 'write']);
    expect(['read', 'write'].map(isTyped)).toEqual([true, true]);
  });

  it('is without what the server tells nobody else of', async () => {
    const isTyped = await catchUp().tools(FILES, ['read', 'secret']);
    expect(['read', 'secret'].map(isTyped)).toEqual([true, false]);
  });

  it('is without what waits for a person, and does not wait for it', async () => {
    listed = new Map([...listed, ['write', tool('write', 'text')]]);
    const reviewed = { ...FILES, toolPinning: 'review' } as McpServer;
    publisher = { ...publisher, reload: () => Promise.reject(new Error('not asked')) };
    const isTyped = await catchUp().tools(reviewed, ['read', 'write']);
    expect(['read', 'write'].map(isTyped)).toEqual([true, false]);
  });
});
