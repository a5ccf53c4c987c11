// Keeps a set in force when tools or the registry changed under it: what it no longer validates with is denied, and
// everything else goes on (DESIGN section 6, "a schema change revalidates the live set; tools it breaks are denied until
// fixed"). One server's change never takes the rest of policy down, and never lets a call through.

import { openCedar } from '../cedar-door.ts';
import { compileMeters, isMeterFile, withMeters } from '../meters/compile-meters.ts';
import type { Meter } from '../meters/types.ts';
import type { PolicySchema } from '../schema/types.ts';
import { indexActions } from './action-index.ts';
import { assemble, type CompileDeps, compileWith, knownIn } from './compile.ts';
import { concernsOf, toolsNamedIn } from './concerns.ts';
import { findFaulty } from './find-faulty.ts';
import { lint } from './lint/lint.ts';
import { lostNames } from './lost-names.ts';
import { addressed, changedTools, type Kept, mergeSchemas } from './merge-schemas.ts';
import { parseSet } from './parse-set.ts';
import { createReport } from './report.ts';
import { createScratch, type Scratch } from './scratch.ts';
import type { AttributeRead, CompiledPolicy, CompiledPolicySet, Diagnostic, PolicySource } from './types.ts';
import { validateSet } from './validate.ts';

/** A tool whose calls are denied, since the set does not validate with what it is now. */
export interface BrokenTool {
  /** Action id, `<server>/<tool>`. */
  readonly tool: string;
  /** Why: errors of the policies concerned. */
  readonly diagnostics: readonly Diagnostic[];
}

export type Revalidation =
  | {
      readonly ok: true;
      readonly set: CompiledPolicySet;
      /** What the set was validated against: `after`, or `after` with what it needs of `before`. */
      readonly schema: PolicySchema;
      readonly broken: readonly BrokenTool[];
      /** Warnings about the set, one for each name that is gone among them. */
      readonly diagnostics: readonly Diagnostic[];
    }
  /** The set does not validate with what was before, either. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Validates a set that was valid under `before` (perhaps itself a merged schema) for what there is `after`. */
export function revalidate(
  sources: readonly PolicySource[],
  before: PolicySchema,
  after: PolicySchema,
  { sha256Hex, open = openCedar }: CompileDeps,
): Revalidation {
  const scratch = createScratch(open);
  const whole = compileWith(scratch, sources, after, sha256Hex);
  if (whole.ok) return { ...whole, schema: after, broken: [] };
  const report = createReport();
  const changed = new Set(changedTools(before, after));
  const known = allOf(before, after);
  const parsed = parseSet(sources, { known: knownIn(known), scratch, report });
  if (report.hasErrors()) return { ok: false, diagnostics: whole.diagnostics };
  const lost = lostNames(parsed.policies, after);
  const keep = (tools: ReadonlySet<string>, broken: Kept['broken']): PolicySchema =>
    mergeSchemas(before, after, { tools, broken, groups: lost.groups, teams: lost.teams });
  const check = checkOf(sources, scratch);

  const bad = brokenBy(changed, parsed.policies, known, (adopted, concerned) => [
    ...goneFrom(after, adopted, concerned),
    ...check(concerned, keep(changed.difference(adopted), new Map())).errors,
  ]);
  // Tools that are each fine may not be together, as where a meter sums arguments of both: then none is taken.
  for (const broken of [bad, new Map([...changed].map((id) => [id, bad.get(id) ?? []]))]) {
    const schema = addressed(keep(new Set(broken.keys()), reasonsOf(broken)), sha256Hex);
    const { meters, found, errors } = check(parsed.policies, schema);
    if (errors.length > 0) continue;
    for (const warning of [...found, ...lost.warnings, ...lint(parsed.policies, schema)]) report.add(warning);
    return {
      ok: true,
      set: assemble(parsed, meters, schema, sha256Hex),
      schema,
      broken: [...broken].map(([tool, diagnostics]) => ({ tool, diagnostics })),
      diagnostics: report.diagnostics(sources.map(({ file }) => file)),
    };
  }
  return { ok: false, diagnostics: whole.diagnostics };
}

/** All that policies may have named before or may name now. */
function allOf(before: PolicySchema, after: PolicySchema): PolicySchema {
  return mergeSchemas(before, after, {
    tools: new Set([...before.tools.keys()].filter((id) => !after.tools.has(id))),
    groups: [...before.groups],
    teams: [...before.teams],
    broken: new Map(),
  });
}

interface Checked {
  readonly meters: readonly Meter[];
  readonly found: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
}

type Check = (policies: readonly CompiledPolicy[], schema: PolicySchema) => Checked;

/** Validates policies together with the meters of their set, whose types come from the tools that there are. */
function checkOf(sources: readonly PolicySource[], scratch: Scratch): Check {
  const meterFiles = sources.filter(isMeterFile);
  return (policies, schema) => {
    const { meters, diagnostics } = compileMeters(meterFiles, schema);
    const found = [...diagnostics, ...validateSet(policies, withMeters(schema, meters), scratch)];
    return { meters, found, errors: found.filter(({ severity }) => severity === 'error') };
  };
}

/** Which of the changed tools the set does not validate with, each with the errors. */
function brokenBy(
  changed: ReadonlySet<string>,
  policies: readonly CompiledPolicy[],
  known: PolicySchema,
  errorsOf: (adopted: ReadonlySet<string>, concerned: readonly CompiledPolicy[]) => readonly Diagnostic[],
): ReadonlyMap<string, readonly Diagnostic[]> {
  const concerns = concernsOf(changed, policies, indexActions(known));
  // A meter is read under other tools, too, than those that it has its type from.
  const metered = policies.filter(({ reads }) => reads.some(isOfMeters));
  const tools = new Map<string, string[]>(policies.map(({ id }) => [id, []]));
  for (const [tool, concerned] of concerns) for (const { id } of concerned) tools.get(id)?.push(tool);
  for (const { id } of metered) tools.delete(id);
  return findFaulty(
    [...changed],
    (adopted) => {
      const concerned = adopted.flatMap((id) => concerns.get(id) ?? []);
      return errorsOf(new Set(adopted), [...new Set([...concerned, ...metered])]);
    },
    ({ policy }) => (policy === undefined ? undefined : tools.get(policy)),
  );
}

/** Tools that are no more and that policies name. */
function goneFrom(
  after: PolicySchema,
  adopted: ReadonlySet<string>,
  concerned: readonly CompiledPolicy[],
): Diagnostic[] {
  return concerned.flatMap((policy) => {
    const { id, file, line, column } = policy;
    const gone = toolsNamedIn(policy).find((tool) => adopted.has(tool) && !after.tools.has(tool));
    if (gone === undefined) return [];
    const message = `it names the tool \`${gone}\`, which its server no longer has; name another or take it out`;
    return [{ severity: 'error', file, line, column, policy: id, message }];
  });
}

function isOfMeters({ path: [variable, member] }: AttributeRead): boolean {
  return variable === 'context' && (member === undefined || member === 'meter');
}

/** What a caller's denial and an operator's list say of each broken tool. */
function reasonsOf(broken: ReadonlyMap<string, readonly Diagnostic[]>): Map<string, string> {
  return new Map(
    [...broken].map(([tool, [first]]) => {
      const why =
        first === undefined
          ? 'its new definition does not go together with others that changed'
          : `${first.file}:${first.line}:${first.column} ${first.message}`;
      return [tool, `the policy set does not validate with what the tool is now: ${why}`];
    }),
  );
}
