// Policy at the start and from then on: the engine, and the publisher that feeds it when files, tools or groups change.
import { createHash } from 'node:crypto';
import { buildSchema, compile, createEngine, type PolicySource, sentence } from '@countersign/policy';
import type { PolicyStatus } from '../admin/deps.ts';
import type { Config } from '../config.ts';
import type { Deps } from '../pipeline/deps.ts';
import { PolicyFolderError, readPolicyFolder, watchFolder } from '../policies/folder.ts';
import type { Pins } from '../pins/pins.ts';
import { toolsForPolicy } from '../pins/standing.ts';
import { createPublisher } from '../policies/publisher.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { StartError } from './problem.ts';
import type { Catalogs } from '../upstreams/catalogs.ts';

export interface Policy {
  readonly port: Deps['policy'];
  status(): PolicyStatus;
  close(): void;
}

export async function openPolicy(deps: {
  readonly config: Config;
  readonly registry: Registry;
  readonly store: Store;
  readonly catalogs: Catalogs;
  readonly pins: Pins;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): Promise<Policy> {
  const { config, registry, store, catalogs, pins, now, tell } = deps;
  const engine = createEngine();
  const folder = config.policies;
  const publisher = createPublisher({
    engine,
    compile: (sources, schema) => compile(sources, schema, { sha256Hex }),
    buildSchema: () => {
      const { servers, groups, teams } = registry.current();
      const known = [...servers.values()].map(({ uid, name, toolPinning }) => ({
        name,
        tools: toolsForPolicy(toolPinning, catalogs.tools(uid), pins.of(uid)),
      }));
      return buildSchema({ servers: known, groups: [...groups], teams: [...teams] }, sha256Hex);
    },
    writer: store,
    activeSet: async () => {
      const active = await store.readers.policies.active();
      return active === null
        ? null
        : { digest: active.digest, sources: JSON.parse(active.sources) as PolicySource[] };
    },
    folder: folder === null ? null : () => readPolicyFolder(folder),
    now,
    tell,
  });
  const reload = () => void publisher.reload().catch((error: unknown) => tell(`policies: ${String(error)}`));
  // A folder that is not there is a mistake in the config; one that goes later leaves the set in force.
  if (folder !== null)
    await readPolicyFolder(folder).catch((error: unknown) => {
      throw error instanceof PolicyFolderError ? new StartError(`policies: ${error.message}`) : error;
    });
  await publisher.reload();
  const stops = [
    registry.onChange(reload),
    catalogs.onChange(reload),
    ...(folder === null ? [] : [watchFolder(folder, reload)]),
  ];
  return {
    port: {
      decide: (facts, grants) => engine.decide(facts, { grants }),
      couldPermit: (facts) => engine.couldPermit(facts),
      sentence,
    },
    status() {
      const { refusal, isBehind } = publisher.status();
      return { refused: refusal, degraded: refusal !== null || isBehind };
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
