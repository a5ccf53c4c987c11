// What a data folder knows that policy depends on, read without a gateway: the registry, what policies are typed by, and
// the set in force. Through connections that cannot write; also beside a running gateway.
import type { PolicySource, SchemaInput } from '@countersign/policy';
import { describeProblems } from '../config/problems.ts';
import { createPins, type Pins } from '../pins/pins.ts';
import { toolsForPolicy } from '../pins/standing.ts';
import { objectsOf } from '../registry/objects.ts';
import { buildSnapshot } from '../registry/snapshot.ts';
import type { McpServer, RegistrySnapshot } from '../registry/types.ts';
import type { KnownTools } from '../rehearsal/before-policy.ts';
import type { Readers } from '../store/readers.ts';
import { openReaders } from '../store/sqlite/readers.ts';
import { StoreError } from '../store/store-error.ts';
import { createArgumentChecker } from '../upstreams/arguments.ts';
import type { ServerCatalog } from '../upstreams/catalog.ts';
import { fromRecord } from '../upstreams/catalog-record.ts';
import { CommandError } from './exit.ts';

export interface StoredPolicy {
  readonly registry: RegistrySnapshot;
  readonly input: SchemaInput;
  readonly tools: KnownTools;
  /** The set in force; null where none ever was. */
  readonly active: readonly PolicySource[] | null;
  /** Labels that an agent is exposed to now, by its uid. */
  exposure(uid: string): Promise<readonly string[]>;
  close(): void;
}

/** Ends the command with 2 where the folder cannot be read. To be closed. */
export async function openStoredPolicy(dataDir: string): Promise<StoredPolicy> {
  const { readers, close } = openStored(dataDir);
  try {
    const registry = await readRegistry(readers);
    const active = await readers.policies.active();
    const pins = createPins(() => 0);
    pins.load(await readers.pins.all());
    const catalogs = await readCatalogs(readers, registry);
    const checker = createArgumentChecker();
    return {
      registry,
      input: schemaInputOf(registry, catalogs, pins),
      tools: {
        tool: (upstream, name) => catalogs.get(upstream)?.tools.find((tool) => tool.name === name),
        standing: (server, tool) => pins.standing(server, tool),
        checkArguments: (tool, args) => checker.check(tool, args),
      },
      active: active === null ? null : (JSON.parse(active.sources) as PolicySource[]),
      exposure: async (uid) => readers.exposure.exposure([uid], Date.now()),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The same, read once. */
export async function readStoredPolicy(
  dataDir: string,
): Promise<Pick<StoredPolicy, 'registry' | 'input' | 'active'>> {
  const stored = await openStoredPolicy(dataDir);
  stored.close();
  return stored;
}

async function readRegistry(readers: Readers): Promise<RegistrySnapshot> {
  const objects = objectsOf(await readers.registry.objects());
  if (!objects.ok) throw new CommandError(2, describeProblems(objects.error));
  return buildSnapshot(objects.value);
}

type Catalogs = ReadonlyMap<McpServer['uid'], ServerCatalog>;

async function readCatalogs(readers: Readers, { servers }: RegistrySnapshot): Promise<Catalogs> {
  const found = [...servers.values()].map(async ({ uid }) => {
    const stored = await readers.registry.catalog(uid);
    const catalog = stored === null ? null : fromRecord(stored);
    return catalog === null ? [] : [[uid, catalog] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

function schemaInputOf(
  { servers, groups, teams }: RegistrySnapshot,
  catalogs: Catalogs,
  pins: Pins,
): SchemaInput {
  const known = [...servers.values()].map(({ uid, name, toolPinning }) => {
    const tools = toolsForPolicy(toolPinning, catalogs.get(uid)?.tools ?? [], pins.of(uid));
    return { name, tools: tools.map((tool) => ({ name: tool.name, inputSchema: tool.inputSchema })) };
  });
  return { servers: known, groups: [...groups], teams: [...teams] };
}

function openStored(dataDir: string): ReturnType<typeof openReaders> {
  try {
    return openReaders(dataDir);
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
    throw error;
  }
}
