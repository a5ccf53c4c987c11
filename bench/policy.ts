// What a decision costs, and that it does not cost more because a company is large: the same company at four sizes of its
// policy set, decided in turns so that whatever else the machine does falls on all of them alike; then lists, compiling and
// replaying.
import {
  type CallFacts,
  type CompiledPolicySet,
  compile,
  createEngine,
  type Engine,
  openCedar,
} from '@countersign/policy';
import { replayPerSecond } from './policy-replay.ts';
import { buildWorld, sha256Hex, type World } from './policy-world.ts';

const SIZES = [10, 100, 1_000, 10_000];
const AGENTS = 10_000;
const TOOLS = 1_000;
const BATCH = 500;
const NO_GRANTS = { grants: [] };

type BySize = Readonly<Record<string, number>>;

export async function benchPolicy({
  quick,
  tell,
}: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const subjects = SIZES.map((size) => subjectOf(size, tell));
  const calls = quick ? { warm: 10_000, measured: 10_000 } : { warm: 40_000, measured: 40_000 };
  const taken = decideInTurns(subjects, calls);
  const decide_us_p50 = figures(subjects, ({ size }) => at(taken.get(size), 0.5));
  const decide_us_p99 = figures(subjects, ({ size }) => at(taken.get(size), 0.99));
  // The reference: plain Cedar, asked about the whole set and the whole request. Not at every size, since it grows with it.
  const plain_us_p50 = figures(
    subjects.filter(({ size }) => size <= (quick ? 1_000 : 10_000)),
    (subject) => at(plainly(subject, quick ? 50 : 200), 0.5),
  );
  for (const { size } of subjects) {
    const plain = plain_us_p50[size] === undefined ? '' : `, plain Cedar ${plain_us_p50[size]} µs`;
    tell(`decide at ${size} policies: p50 ${decide_us_p50[size]} µs, p99 ${decide_us_p99[size]} µs${plain}`);
  }
  const lists = await listFigures(subjects[1] as Subject);
  tell(`a list of ${TOOLS} tools: ${lists.list_cold_ms} ms cold, ${lists.list_cached_ms} ms cached`);
  const largest = subjects.at(-1) as Subject;
  const replayed = await replayPerSecond((subjects[1] as Subject).world, quick ? 5_000 : 100_000);
  tell(`replay: ${replayed.replay_per_second} decisions a second, from the log to the report`);
  return {
    decide_us_p50,
    decide_us_p99,
    decide_p50_ratio_10000_to_10: ratio(decide_us_p50['10000'], decide_us_p50['10']),
    plain_cedar_us_p50: plain_us_p50,
    decide_p50_ratio_to_plain_cedar: figures(
      subjects.filter(({ size }) => plain_us_p50[size] !== undefined),
      ({ size }) => ratio(decide_us_p50[size], plain_us_p50[size]),
    ),
    ...lists,
    compile_10000_ms: largest.compileMs,
    decide_request_per_second: requestsPerSecond(largest, quick ? 2_000 : 10_000),
    ...replayed,
  };
}

interface Subject {
  readonly size: number;
  readonly world: World;
  readonly set: CompiledPolicySet;
  readonly engine: Engine;
  readonly compileMs: number;
}

function subjectOf(size: number, tell: (text: string) => void): Subject {
  const world = buildWorld({ agents: AGENTS, tools: TOOLS, policies: size });
  const started = performance.now();
  const compiled = compile(world.sources, world.schema, { sha256Hex });
  const compileMs = Math.round(performance.now() - started);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  tell(`${size} policies compiled in ${compileMs} ms`);
  const engine = createEngine();
  const loaded = engine.load(compiled.set, world.schema);
  if (!loaded.ok) throw new Error(loaded.message);
  return { size, world, set: compiled.set, engine, compileMs };
}

/** Microseconds of each decision, by size. */
function decideInTurns(
  subjects: readonly Subject[],
  { warm, measured }: { readonly warm: number; readonly measured: number },
): ReadonlyMap<number, number[]> {
  const taken = new Map(subjects.map(({ size }) => [size, [] as number[]]));
  for (let from = 0; from < warm + measured; from += BATCH) {
    for (const { size, world, engine } of subjects) {
      const calls = Array.from({ length: BATCH }, (_, n) => world.call(from + n));
      const times = calls.map((call) => timed(() => decided(engine, call)));
      if (from >= warm) taken.get(size)?.push(...times);
    }
  }
  return taken;
}

/** A figure of failures would say nothing. */
function decided(engine: Engine, call: CallFacts): void {
  const { reason, errors } = engine.decide(call, NO_GRANTS);
  if (errors.length > 0 || reason === 'policy_unavailable')
    throw new Error(`${reason}: ${errors[0]?.message}`);
}

function plainly({ world, set, engine }: Subject, count: number): number[] {
  const cedar = openCedar();
  cedar.preparsePolicySet('all', {
    staticPolicies: Object.fromEntries(set.policies.map(({ id, text }) => [id, text])),
  });
  return Array.from({ length: count }, (_, n) => {
    const { request } = engine.decide(world.call(n), NO_GRANTS);
    if (request === null) throw new Error('the call became no request');
    const context = { ...request.context };
    const entities = [...request.entities];
    return timed(() => {
      const answer = cedar.statefulIsAuthorized({
        ...request,
        context,
        entities,
        preparsedPolicySetId: 'all',
      });
      if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    });
  });
}

async function listFigures({ world, set }: Subject) {
  const list = world.call(0);
  const cold = createEngine();
  // The first question to an instance is slower than any later one; the list is of an agent that nobody asked about.
  cold.load(set, world.schema);
  cold.couldPermit(world.call(1));
  const coldUs = timed(() => cold.couldPermitAll(list, world.tools));
  const shown = cold.couldPermitAll(list, world.tools).filter(Boolean).length;
  const cached = Array.from({ length: 50 }, () => timed(() => cold.couldPermitAll({ ...list }, world.tools)));

  const turned = createEngine();
  turned.load(set, world.schema);
  turned.couldPermit(world.call(1));
  const turns: number[] = [];
  let began = performance.now();
  await turned.couldPermitInTurns(list, world.tools, {
    isOver: () => performance.now() - began > 3,
    async next() {
      turns.push((performance.now() - began) * 1_000);
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    },
  });
  return {
    list_cold_ms: rounded(coldUs / 1_000),
    list_cached_ms: rounded(at(cached, 0.5) / 1_000),
    list_longest_turn_ms: rounded(at(turns, 1) / 1_000),
    list_shown: shown,
  };
}

/** Recorded requests decided again, one after the other, without reading them from anywhere. */
function requestsPerSecond({ world, engine }: Subject, count: number): number {
  const requests = Array.from({ length: count }, (_, n) => engine.decide(world.call(n), NO_GRANTS).request);
  const started = performance.now();
  for (const request of requests) {
    if (request !== null) engine.decideRequest(request, { grants: [], unrepresentable: [] });
  }
  return Math.round((count * 1_000) / (performance.now() - started));
}

/** Microseconds. */
function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return (performance.now() - started) * 1_000;
}

function at(values: readonly number[] | undefined, quantile: number): number {
  const sorted = (values ?? []).toSorted((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0);
}

function figures(subjects: readonly Subject[], figure: (subject: Subject) => number): BySize {
  return Object.fromEntries(subjects.map((subject) => [String(subject.size), figure(subject)]));
}

function ratio(value = 0, reference = 1): number {
  return rounded(value / reference);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
