// What a decision costs, and that it does not cost more because a company is large: the same company at four sizes of its
// policy set; then lists, compiling and replaying.
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
const NO_GRANTS = { grants: [] };

type BySize = Readonly<Record<string, number>>;

export async function benchPolicy({
  quick,
  tell,
}: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const calls = quick ? { warm: 15_000, measured: 10_000 } : { warm: 40_000, measured: 40_000 };
  // One after the other, each alone: an engine that shares the processor's memory with three others is slower than it is.
  const measured = SIZES.map((size) => {
    const subject = subjectOf(size, tell);
    const taken = decide(subject, calls);
    // The reference: plain Cedar, asked about the whole set and the whole request. It grows with the set, so less often.
    const reference = plainly(subject, { calls: quick ? 100 : 300, perCall: Math.max(1, 300 / size) });
    const figures = { p50: at(taken, 0.5), p99: at(taken, 0.99), plain: at(reference, 0.5) };
    tell(`decide: p50 ${figures.p50} µs, p99 ${figures.p99} µs; plain Cedar ${figures.plain} µs`);
    return { ...subject, ...figures };
  });
  const decide_us_p50 = bySize(measured, ({ p50 }) => p50);
  const lists = await listFigures(measured[1] as Subject);
  tell(`a list of ${TOOLS} tools: ${lists.list_cold_ms} ms cold, ${lists.list_cached_ms} ms cached`);
  const largest = measured.at(-1) as Subject;
  const replayed = await replayPerSecond((measured[1] as Subject).world, quick ? 5_000 : 100_000);
  tell(`replay: ${replayed.replay_per_second} decisions a second, from the log to the report`);
  return {
    decide_us_p50,
    decide_us_p99: bySize(measured, ({ p99 }) => p99),
    decide_p50_ratio_10000_to_10: ratio(decide_us_p50['10000'], decide_us_p50['10']),
    plain_cedar_us_p50: bySize(measured, ({ plain }) => plain),
    decide_p50_ratio_to_plain_cedar: bySize(measured, ({ p50, plain }) => ratio(p50, plain)),
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

/** Microseconds of each decision, once those before have shown the engine what is asked. */
function decide(
  { world, engine }: Subject,
  { warm, measured }: { readonly warm: number; readonly measured: number },
): number[] {
  for (let n = 0; n < warm; n += 1) decided(engine, world.call(n));
  return Array.from({ length: measured }, (_, n) => {
    const call = world.call(warm + n);
    return timed(() => decided(engine, call));
  });
}

/** A figure of failures would say nothing. */
function decided(engine: Engine, call: CallFacts): void {
  const { reason, errors } = engine.decide(call, NO_GRANTS);
  if (errors.length > 0 || reason === 'policy_unavailable')
    throw new Error(`${reason}: ${errors[0]?.message}`);
}

/** Microseconds; the mean of several where one is over too soon for the engine to have warmed up. */
function plainly(
  { world, set, engine }: Subject,
  { calls, perCall }: { readonly calls: number; readonly perCall: number },
): number[] {
  const cedar = openCedar();
  cedar.preparsePolicySet('all', {
    staticPolicies: Object.fromEntries(set.policies.map(({ id, text }) => [id, text])),
  });
  return Array.from({ length: calls }, (_, n) => {
    const { request } = engine.decide(world.call(n), NO_GRANTS);
    if (request === null) throw new Error('the call became no request');
    const context = { ...request.context };
    const entities = [...request.entities];
    const times = Math.round(perCall);
    const all = timed(() => {
      for (let time = 0; time < times; time += 1) {
        const answer = cedar.statefulIsAuthorized({
          ...request,
          context,
          entities,
          preparsedPolicySetId: 'all',
        });
        if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
      }
    });
    return all / times;
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

function bySize<One extends Subject>(of: readonly One[], figure: (one: One) => number): BySize {
  return Object.fromEntries(of.map((one) => [String(one.size), figure(one)]));
}

function ratio(value = 0, reference = 1): number {
  return rounded(value / reference);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
