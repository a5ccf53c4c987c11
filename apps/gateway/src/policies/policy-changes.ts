// Publishing and rolling back a policy set as a change that other people have to agree to: what they agreed to, byte for
// byte, is what goes live, and only in the place of the set that it was compared with.
import type { PolicySource } from '@countersign/policy';
import { z } from 'zod';
import type { ChangeFailure, ChangeKind, Json, ReviewRules } from '../changes/types.ts';
import { ok, type Result } from '../errors.ts';
import type { PolicyReader } from '../store/readers/policies.ts';
import { describeDiagnostics } from './candidate.ts';
import type { DiffItem } from './diff.ts';
import type { Publisher } from './publisher-types.ts';

export interface PolicyChangesDeps {
  readonly publisher: Publisher;
  readonly reads: Pick<PolicyReader, 'active' | 'get' | 'version'>;
  readonly rules: () => ReviewRules;
  /** Why nothing can be published here; null where it can. */
  readonly closed: string | null;
}

const Sources = z.array(z.strictObject({ file: z.string(), text: z.string() }));

/** A file of cases, and what came of them when they were run against the candidate. */
const Cases = z.object({
  text: z.string(),
  report: z.looseObject({ coverage: z.array(z.looseObject({ id: z.string() })) }),
});

/** What may be proposed. `base` is the set in force that the author saw; another one now is a conflict. */
const Wanted = z.union([
  z.strictObject({ sources: Sources, base: z.string().nullable().optional(), cases: Cases.optional() }),
  z.strictObject({ rollback: z.int().positive() }),
]);

/** What is stored, agreed to and applied. */
const Proposal = z.object({
  sources: Sources,
  set: z.string(),
  base: z.string().nullable(),
  /** The version that is gone back to; null where something new is published. */
  rollback: z.int().nullable(),
});

type Failed = { readonly ok: false; readonly error: ChangeFailure };

export function policyChanges({ publisher, reads, rules, closed }: PolicyChangesDeps): ChangeKind {
  return {
    of: 'policy',
    rules,
    closed,
    async check(proposal) {
      const wanted = Wanted.parse(proposal);
      const rollback = 'rollback' in wanted ? wanted.rollback : null;
      const found =
        'rollback' in wanted ? await sourcesOfVersion(wanted.rollback, reads) : ok(wanted.sources);
      if (!found.ok) return found;
      const sources = found.value;
      const { set, diagnostics, diff, base } = await publisher.examine(sources);
      if (set === null) return no('invalid', describeDiagnostics(diagnostics));
      if (set.digest === base)
        return no('invalid', 'exactly these policies are in force already: there is nothing to change');
      if ('base' in wanted && wanted.base !== undefined && wanted.base !== base)
        return no('conflict', 'another policy set went live meanwhile: look at the difference again');
      const cases = 'cases' in wanted ? shownCases(wanted.cases, diff) : undefined;
      const effect = { diff, warnings: diagnostics, policies: set.policies.length, cases };
      const stored = { sources, set: set.digest, base, rollback };
      return ok({ proposal: asJson(stored), effect: asJson(effect) });
    },
    async apply(change, { writer, reviewers }) {
      if (closed !== null) return no('conflict', closed);
      const { sources, set, base, rollback } = Proposal.parse(change.proposal);
      const origin = {
        cause: rollback === null ? ('published' as const) : ('rolled_back' as const),
        change: change.id,
        author: change.author,
        message: change.message,
        reviewers,
      };
      return publisher.publish({ sources, digest: set, base }, origin, writer);
    },
  };
}

/** Reviewers see how the cases cover what changes; of ten thousand other policies nobody reads it. */
function shownCases(cases: z.infer<typeof Cases> | undefined, diff: readonly DiffItem[]): object | undefined {
  if (cases === undefined) return undefined;
  const changed = new Set(diff.filter(({ what }) => what === 'policy').map(({ name }) => name));
  const { text, report } = cases;
  return { text, report: { ...report, coverage: report.coverage.filter(({ id }) => changed.has(id)) } };
}

async function sourcesOfVersion(
  version: number,
  reads: PolicyChangesDeps['reads'],
): Promise<Result<readonly PolicySource[], ChangeFailure>> {
  const known = await reads.version(version);
  const set = known === null ? null : await reads.get(known.digest);
  if (set === null)
    return no('invalid', `there is no version ${version}: see \`countersign policy history\``);
  return ok(Sources.parse(JSON.parse(set.sources)));
}

/** Plain data as it will be read back: members that are undefined are none. */
function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function no(code: ChangeFailure['code'], message: string): Failed {
  return { ok: false, error: { code, message } };
}
