// How fast recorded calls are decided again: a log of real decisions on disk, replayed against a candidate by the code
// that `countersign policy diff` runs; reading, parsing and comparing included, compiling not.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, newId } from '@countersign/audit';
import {
  type CallFacts,
  compile,
  type CompiledPolicySet,
  createEngine,
  type PolicySchema,
  type PolicySource,
} from '@countersign/policy';
import { sha256Hex } from '../apps/gateway/src/policies/sha256.ts';
import { replayWindow } from '../apps/gateway/src/rehearsal/replay.ts';
import { recordedAs } from '../apps/gateway/src/rehearsal/testing/decided-calls.ts';
import { openStore } from '../apps/gateway/src/store/sqlite/requests/client.ts';

const ORIGIN = 'bench.example/replay';
const BATCH = 500;

/** What is decided, and by what. */
export interface Replayed {
  readonly schema: PolicySchema;
  readonly sources: readonly PolicySource[];
  readonly call: (at: number) => CallFacts;
}

export interface ReplayFigures {
  /** Decisions a second, from the log on disk to the report. */
  readonly replay_per_second: number;
  readonly replay_decisions: number;
}

const ONE_RULE_MORE: PolicySource = {
  file: 'candidate.cedar',
  text: '@id("candidate/one-more") forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool) when { resource.risk == 3 };',
};

/** Records `calls` as their own policies decide them, and replays them against these with one rule more. */
export async function replayPerSecond(world: Replayed, calls: number): Promise<ReplayFigures> {
  const { schema, sources } = world;
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-bench-replay-'));
  try {
    const set = compiled(sources, schema);
    await record(world, set, calls, dataDir);
    const candidate = { set: compiled([...sources, ONE_RULE_MORE], schema), schema };
    const begun = performance.now();
    const sets = { candidate, live: { set, schema } };
    const threads = availableParallelism();
    const { replay } = await replayWindow(dataDir, sets, { since: 0 }, () => undefined, { threads });
    const seconds = (performance.now() - begun) / 1000;
    const decisions = replay?.decisions ?? 0;
    return { replay_per_second: Math.round(decisions / seconds), replay_decisions: decisions };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function compiled(sources: readonly PolicySource[], schema: PolicySchema): CompiledPolicySet {
  const result = compile(sources, schema, { sha256Hex });
  if (result.ok) return result.set;
  throw new Error(
    result.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'),
  );
}

async function record(
  { schema, call }: Replayed,
  set: CompiledPolicySet,
  calls: number,
  dataDir: string,
): Promise<void> {
  const engine = createEngine();
  const loaded = engine.load(set, schema);
  if (!loaded.ok) throw new Error(loaded.message);
  const { skey } = await generateNoteKey(ORIGIN);
  const store = await openStore({
    dataDir,
    origin: ORIGIN,
    node: newId('node'),
    checkpointKey: skey,
    now: Date.now,
  });
  try {
    for (let from = 0; from < calls; from += BATCH) {
      const length = Math.min(BATCH, calls - from);
      const entries = Array.from({ length }, (_, at) => {
        const facts = call(from + at);
        return recordedAs(facts, engine.decide(facts, { grants: [] }));
      });
      const result = await store.commit({ entries });
      if (!result.ok) throw new Error(`the calls could not be recorded: ${result.code}`);
    }
  } finally {
    await store.close();
  }
}
