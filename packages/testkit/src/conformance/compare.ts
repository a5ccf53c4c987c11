// Holds two runs of the conformance suite against each other, check by check: once direct, once through the gateway.
import type { Check, Revision, SuiteRun } from './suite.ts';

/** Which half of the suite: scenarios against a server, or against a client. */
export type Leg = 'server' | 'client';

export interface Difference {
  readonly scenario: string;
  /** The id of the check. Against a server: from the second of the same id on with its number, `id#2`; of a client: and its name. */
  readonly check: string;
  /** A status of the suite, or `absent` where the run has no such check. */
  readonly direct: string;
  readonly through: string;
  /** What the suite says of the run through the gateway. */
  readonly message: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface ScenarioComparison {
  readonly scenario: string;
  /** Why the revision does not count it, if it does not. */
  readonly unscored?: string;
  readonly direct: Counts;
  readonly through: Counts;
  readonly differences: readonly Difference[];
}

export interface Comparison {
  readonly leg: Leg;
  readonly revision: Revision;
  /** Every scored scenario passed on the direct run. */
  readonly directPassed: boolean;
  /** Verdicts of the direct run. */
  readonly checks: number;
  readonly scenarios: readonly ScenarioComparison[];
}

export function compare(leg: Leg, revision: Revision, direct: SuiteRun, through: SuiteRun): Comparison {
  const verdicts = leg === 'server' ? eachVerdict : worstVerdicts;
  const names = new Set([...direct.scenarios.keys(), ...through.scenarios.keys()]);
  const scenarios = [...names].toSorted().map((scenario): ScenarioComparison => {
    const [before, after] = [direct, through].map((run) => verdicts(run.scenarios.get(scenario) ?? []));
    const unscored = direct.unscored.get(scenario);
    return {
      scenario,
      ...(unscored === undefined ? {} : { unscored }),
      direct: count(before),
      through: count(after),
      differences: differencesOf(scenario, before, after).filter(
        (found) => leg === 'server' || !isHarmless(found),
      ),
    };
  });
  let checks = 0;
  for (const run of direct.scenarios.values()) checks += verdicts(run).size;
  return { leg, revision, directPassed: direct.passed, checks, scenarios };
}

type Verdicts = ReadonlyMap<string, Check>;

function differencesOf(scenario: string, before: Verdicts = new Map(), after: Verdicts = new Map()) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((check): Difference => {
      const through = after.get(check);
      return {
        scenario,
        check,
        direct: before.get(check)?.status ?? 'absent',
        through: through?.status ?? 'absent',
        message: through?.errorMessage ?? '',
      };
    })
    .filter((found) => found.direct !== found.through);
}

/** One by one. Notes (`INFO`) are no verdicts: how many there are is a matter of timing. */
function eachVerdict(checks: readonly Check[]): Verdicts {
  const found = new Map<string, Check>();
  const seen = new Map<string, number>();
  for (const check of checks) {
    if (check.status === 'INFO') continue;
    const nth = (seen.get(check.id) ?? 0) + 1;
    seen.set(check.id, nth);
    found.set(nth === 1 ? check.id : `${check.id}#${nth}`, check);
  }
  return found;
}

/** What only the gateway asked of a mock server, and well. */
const isHarmless = ({ direct, through }: Difference): boolean =>
  direct === 'absent' && (through === 'SUCCESS' || through === 'SKIPPED');

const BAD_TO_GOOD = ['FAILURE', 'WARNING', 'SUCCESS', 'SKIPPED'];

/**
 * The worst verdict of each check. A mock server judges every client that comes to it, and the gateway comes as one, too: it
 * reads what the server offers. So it may be judged twice where it is in between, and never more kindly for it.
 */
function worstVerdicts(checks: readonly Check[]): Verdicts {
  const found = new Map<string, Check>();
  const badness = ({ status }: Check): number => BAD_TO_GOOD.indexOf(status);
  for (const check of checks) {
    if (check.status === 'INFO') continue;
    const key = check.name === check.id ? check.id : `${check.id} ${check.name}`;
    const before = found.get(key);
    if (before === undefined || badness(check) < badness(before)) found.set(key, check);
  }
  return found;
}

function count(found: Verdicts = new Map()): Counts {
  const statuses = [...found.values()].map(({ status }) => status);
  return {
    passed: statuses.filter((status) => status === 'SUCCESS').length,
    failed: statuses.filter((status) => status === 'FAILURE').length,
  };
}
