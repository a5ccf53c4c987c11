// Rehearsals as the admin plane asks for them: names in, decisions out. A made-up call is decided by the set in force
// itself, or by a candidate in a thread; neither is a call, and nothing is recorded of it.
import type {
  CallFacts,
  CaseReport,
  Decision,
  PolicySource,
  SchemaInput,
  SchemaNames,
} from '@countersign/policy';
import { ok, type Result } from '../errors.ts';
import { describeDiagnostics } from '../policies/candidate.ts';
import { createPlaces, NoPlace } from '../places.ts';
import type { Questions } from '../permissions/questions.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Awaitable } from '../store/types.ts';
import { type KnownTools, type Refused, refusedBefore } from './before-policy.ts';
import { factsOf, type SimulatedRequest } from './request.ts';
import { RehearsalError, type Rehearsals } from './thread.ts';
import type { Compared, CompareJob, DiffProgress, PolicyDiff, Window } from './types.ts';

export interface RehearsalDeps {
  readonly dataDir: string;
  readonly rehearsals: Rehearsals;
  readonly registry: { current(): RegistrySnapshot };
  readonly policy: {
    decide(facts: CallFacts, grants: readonly string[]): Decision;
    sentence(facts: CallFacts, decision: Decision): string;
  };
  readonly schemaInput: () => SchemaInput;
  readonly tools: KnownTools;
  readonly reads: {
    exposure(holders: readonly string[], now: number): Awaitable<readonly string[]>;
    /** JSON of the sources in force; null where none are. */
    activeSources(): Awaitable<string | null>;
  };
  readonly now: () => number;
}

export interface Simulation {
  readonly facts: CallFacts;
  readonly decision: Decision;
  /** What policy says of it, whether or not it would be asked. */
  readonly sentence: string;
  /** Why the gateway refuses the call before policy is asked; null where it does not. */
  readonly refused: Refused | null;
}

export interface RehearsalRefusal {
  /** `busy`: others are at it; `own_busy`: whoever asks is, with all that they may have at a time. */
  readonly code: 'invalid_request' | 'invalid_policies' | 'busy' | 'own_busy' | 'failed';
  readonly message: string;
}

/** Why a file holds no cases. */
export interface CasesUnread {
  readonly code: 'invalid_cases';
  readonly message: string;
}

export interface RehearsalDesk {
  /** @param sources a candidate; null for the set in force. */
  simulate(
    request: SimulatedRequest,
    sources: readonly PolicySource[] | null,
  ): Promise<Result<Simulation, RehearsalRefusal>>;
  /** @param sources what is under test; null for the set in force. */
  test(
    cases: PolicySource,
    sources: readonly PolicySource[] | null,
  ): Promise<Result<CaseReport, RehearsalRefusal | CasesUnread>>;
  /** What policies may speak of, as the tools are defined now. */
  names(): Promise<Result<SchemaNames, RehearsalRefusal>>;
  /**
   * One after the other; where too many wait, or too many of the same person, it is refused.
   *
   * @param who asks.
   * @param questions called when it is its turn.
   * @param signal nobody waits for it any more.
   */
  compare(
    who: string,
    sets: Pick<CompareJob, 'before' | 'after'>,
    questions: () => Promise<Questions>,
    signal: AbortSignal,
  ): Promise<Result<Compared, RehearsalRefusal>>;
  /** Rejects with a RehearsalError. */
  diff(
    sources: readonly PolicySource[],
    window: Window,
    signal: AbortSignal,
    onProgress: (progress: DiffProgress) => void,
  ): Promise<PolicyDiff>;
}

/** Comparisons at a time: one, and those that wait. Whoever came after these would wait for longer than anybody does. */
const COMPARISONS = { each: 2, all: 8 };
const NO_PLACE: Readonly<Record<NoPlace['of'], RehearsalRefusal>> = {
  each: {
    code: 'own_busy',
    message: `you have ${COMPARISONS.each} comparisons under way: ask again when one of them is done`,
  },
  all: { code: 'busy', message: 'others compare policies: ask again in a moment' },
};

export function createRehearsalDesk(deps: RehearsalDeps): RehearsalDesk {
  const { dataDir, rehearsals, registry, policy, schemaInput, tools, reads, now } = deps;
  const inForce = async (): Promise<readonly PolicySource[] | null> => {
    const active = await reads.activeSources();
    return active === null ? null : (JSON.parse(active) as PolicySource[]);
  };
  const comparisons = createPlaces(COMPARISONS);
  /** Whoever asks while they are put together gets the same: of many tools, that takes seconds. */
  let naming: Promise<SchemaNames> | null = null;
  return {
    async simulate(request, sources) {
      const snapshot = registry.current();
      const agent = snapshot.agents.get(request.agent);
      const exposure = agent === undefined ? [] : await reads.exposure([agent.uid], now());
      const made = factsOf(request, snapshot, { exposure, now: now() });
      if (!made.ok) return no('invalid_request', made.error);
      const before = refusedBefore(request, snapshot, tools);
      if (!before.ok) return no('invalid_request', before.error);
      const refused = before.value;
      const facts = made.value;
      const grants = request.grants ?? [];
      if (sources === null) {
        const decision = policy.decide(facts, grants);
        return ok({ facts, decision, sentence: policy.sentence(facts, decision), refused });
      }
      try {
        const simulated = await rehearsals.simulate({ sources, input: schemaInput(), facts, grants });
        return simulated.ok
          ? ok({ facts, decision: simulated.decision, sentence: simulated.sentence, refused })
          : no('invalid_policies', describeDiagnostics(simulated.diagnostics));
      } catch (error) {
        if (!(error instanceof RehearsalError)) throw error;
        return no(error.code === 'busy' ? 'busy' : 'failed', error.message);
      }
    },
    async test(cases, sources) {
      try {
        const tested = sources ?? (await inForce()) ?? [];
        const ran = await rehearsals.cases({ cases, sources: tested, input: schemaInput() });
        if (ran.ok) return ok(ran.report);
        return { ok: false, error: { code: 'invalid_cases', message: describeDiagnostics(ran.diagnostics) } };
      } catch (error) {
        if (!(error instanceof RehearsalError)) throw error;
        return no(error.code === 'busy' ? 'busy' : 'failed', error.message);
      }
    },
    async names() {
      naming ??= rehearsals.names(schemaInput()).finally(() => {
        naming = null;
      });
      try {
        return ok(await naming);
      } catch (error) {
        if (!(error instanceof RehearsalError)) throw error;
        return no('failed', error.message);
      }
    },
    async compare(who, sets, questions, signal) {
      const work = async (): Promise<Compared> =>
        rehearsals.compare({ ...sets, questions: await questions(), input: schemaInput() }, signal);
      const gone = (): never => {
        throw new RehearsalError('given_up', 'nobody waits for it any more');
      };
      try {
        return ok(await comparisons.take(who, signal, work, gone));
      } catch (error) {
        if (error instanceof NoPlace) return { ok: false, error: NO_PLACE[error.of] };
        if (!(error instanceof RehearsalError)) throw error;
        return no('failed', error.message);
      }
    },
    async diff(sources, window, signal, onProgress) {
      const base = await inForce();
      return rehearsals.diff({ dataDir, sources, input: schemaInput(), base, window }, signal, onProgress);
    },
  };
}

function no(code: RehearsalRefusal['code'], message: string): Result<never, RehearsalRefusal> {
  return { ok: false, error: { code, message } };
}
