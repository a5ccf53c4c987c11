// Compiles the sources of a policy set to a validated, content-addressed set, or says with file, line and column why not
// (DESIGN section 6). Text meets Cedar only in a throw-away instance: hostile text can kill one for good.

import { type OpenCedar, openCedar } from '../cedar-door.ts';
import { compileMeters, isMeterFile, meterIdentity, withMeters } from '../meters/compile-meters.ts';
import type { Meter } from '../meters/types.ts';
import { byCodeUnits } from '../reserved.ts';
import type { PolicySchema, Sha256Hex } from '../schema/types.ts';
import { lint } from './lint/lint.ts';
import { type ParsedSet, parseSet } from './parse-set.ts';
import { createReport } from './report.ts';
import { createScratch, type Scratch } from './scratch.ts';
import type { CompiledPolicySet, CompileResult, PolicySource } from './types.ts';
import { validateSet, withoutEchoes } from './validate.ts';

/** What compiling is given besides its input. */
export interface CompileDeps {
  readonly sha256Hex: Sha256Hex;
  /** Opens the throw-away instance; the package's own door unless a test stands in it. */
  readonly open?: OpenCedar;
}

/** Compiles a set. An empty set is a set: it denies everything. Never throws for what the sources hold. */
export function compile(
  sources: readonly PolicySource[],
  schema: PolicySchema,
  { sha256Hex, open = openCedar }: CompileDeps,
): CompileResult {
  return compileWith(createScratch(open), sources, schema, sha256Hex);
}

/** The same in an instance at hand, for whoever compiles the same sources more than once. */
export function compileWith(
  scratch: Scratch,
  sources: readonly PolicySource[],
  schema: PolicySchema,
  sha256Hex: Sha256Hex,
): CompileResult {
  const report = createReport();
  const files = sources.map(({ file }) => file);
  const { meters, diagnostics: ofMeters } = compileMeters(sources.filter(isMeterFile), schema);
  for (const diagnostic of ofMeters) report.add(diagnostic);
  const parsed = parseSet(sources, { known: knownIn(schema), scratch, report });
  const { policies } = parsed;
  if (!report.isFull()) {
    const found = validateSet(policies, withMeters(schema, meters), scratch);
    for (const diagnostic of withoutEchoes(found)) report.add(diagnostic);
    for (const warning of lint(policies, schema)) report.add(warning);
  }
  const diagnostics = report.diagnostics(files);
  if (report.hasErrors()) return { ok: false, diagnostics };
  return { ok: true, set: assemble(parsed, meters, schema, sha256Hex), diagnostics };
}

/** What policies may name under a schema. */
export function knownIn(schema: PolicySchema) {
  const types = Object.values(schema.json).flatMap(({ entityTypes }) => Object.keys(entityTypes));
  const { groups, teams, tools } = schema;
  return { groups, teams, tools, entityTypes: new Set(types) };
}

/** Puts a validated set together under its content address. */
export function assemble(
  parsed: ParsedSet,
  meters: readonly Meter[],
  schema: PolicySchema,
  sha256Hex: Sha256Hex,
): CompiledPolicySet {
  const policies = parsed.policies.toSorted((a, b) => byCodeUnits(a.id, b.id));
  const texts = policies.map(({ id, text }) => [id, text]);
  const templates = parsed.templates
    .toSorted((a, b) => byCodeUnits(a.id, b.id))
    .map(({ id, text }) => [id, text]);
  // A set without meters and templates is addressed by its policies alone.
  const rest = templates.length > 0 ? [meters.map(meterIdentity), templates] : [meters.map(meterIdentity)];
  const content = meters.length + templates.length === 0 ? texts : [texts, ...rest];
  return {
    digest: sha256Hex(JSON.stringify(content)),
    schema: schema.digest,
    policies,
    byId: new Map(policies.map((policy) => [policy.id, policy])),
    meters,
  };
}
