// Policy at the start and from then on: the engine, the publisher that feeds it when files, tools or groups change, and
// publishing as a change that people agree to.
import {
  createEngine,
  type ListedFacts,
  type ListFacts,
  type Prospect,
  type SchemaInput,
  sentence,
  type TargetFacts,
} from '@countersign/policy';
import type { PolicyDesk } from '../admin/deps.ts';
import type { ChangeKind } from '../changes/types.ts';
import type { Config } from '../config.ts';
import type { Deps } from '../pipeline/deps.ts';
import { createCompiler } from '../policies/compiler.ts';
import { PolicyFolderError, readPolicyFolder, watchFolder } from '../policies/folder.ts';
import { createPolicyDesk } from '../policies/policy-desk.ts';
import { type CatchUp, createCatchUp } from '../policies/catch-up.ts';
import { createPublisher } from '../policies/publisher.ts';
import { shortTurns } from '../event-loop.ts';
import type { Pins } from '../pins/pins.ts';
import { toolsForPolicy } from '../pins/standing.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { StartError } from './problem.ts';
import type { Catalogs } from '../upstreams/catalogs.ts';

export interface Policy extends PolicyDesk {
  readonly port: Deps['policy'];
  /** Which items of a list could be permitted. */
  readonly couldPermit: (facts: ListFacts, items: readonly ListedFacts[]) => Promise<readonly boolean[]>;
  /** What becomes of calls on each, whatever their arguments. */
  readonly prospects: (facts: ListFacts, targets: readonly TargetFacts[]) => Promise<readonly Prospect[]>;
  /** For lists of tools. */
  readonly caughtUp: CatchUp['tools'];
  readonly known: CatchUp['known'];
  /** Publishing, to be registered with the desk of changes. */
  readonly changes: ChangeKind;
  /** What policies are typed by, as it is now. */
  readonly schemaInput: () => SchemaInput;
  /** Called after another set went live; calls are decided by it from then on. Returns how to stop listening. */
  onLive(listener: () => void): () => void;
  close(): Promise<void>;
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
  const compiler = createCompiler();
  const examiner = createCompiler();
  const folder = config.policies.kind === 'folder' ? config.policies.folder : null;
  const schemaInput = (): SchemaInput => {
    const { servers, groups, teams } = registry.current();
    const known = [...servers.values()].map(({ uid, name, toolPinning }) => ({
      name,
      tools: toolsForPolicy(toolPinning, catalogs.tools(uid), pins.of(uid)).map(typed),
    }));
    return { servers: known, groups: [...groups], teams: [...teams] };
  };
  const listeners = new Set<() => void>();
  const publisher = createPublisher({
    engine,
    compiler,
    examiner,
    schemaInput,
    onLive: () => listeners.forEach((listener) => listener()),
    writer: store,
    reads: store.readers.policies,
    folder: folder === null ? null : () => readPolicyFolder(folder),
    now,
    tell,
  });
  const catchUp = createCatchUp({ publisher, catalogs, pins });
  let isClosed = false;
  const reload = () =>
    void publisher.reload().catch((error: unknown) => {
      if (!isClosed) tell(`policies: ${String(error)}`);
    });
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
    ...createPolicyDesk(publisher, store.readers.policies, config.policies),
    port: {
      decide: (facts, grants) => engine.decide(facts, { grants }),
      caughtUp: (server, tool) => catchUp.tool(server, tool),
      metering: () => engine.metering,
      sentence,
    },
    couldPermit: (facts, items) => engine.couldPermitInTurns(facts, items, shortTurns()),
    prospects: (facts, targets) => engine.prospects(facts, targets, shortTurns()),
    caughtUp: (server, tools) => catchUp.tools(server, tools),
    known: (server, items) => catchUp.known(server, items),
    schemaInput,
    onLive(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      for (const stop of stops) stop();
      await Promise.all([compiler.close(), examiner.close()]);
    },
  };
}

/** What crosses to the compiling thread, and no more of a tool than that. */
const typed = ({ name, inputSchema }: SchemaInput['servers'][number]['tools'][number]) => ({
  name,
  inputSchema,
});
