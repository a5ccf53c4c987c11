// Runs cases: compiles the set that each is about, decides its call as the gateway would, and says what is not as
// wanted. The same engine, the same compiler: what passes here decides alike when it is live (DESIGN section 6).

import type { OpenCedar } from '../cedar-door.ts';
import { compile } from '../compile/compile.ts';
import type { CompiledPolicySet, CompileResult, PolicySource } from '../compile/types.ts';
import type { Decision } from '../decision.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine-types.ts';
import type { CallFacts } from '../facts.ts';
import { buildSchema } from '../schema/build.ts';
import type { PolicySchema, SchemaInput, Sha256Hex } from '../schema/types.ts';
import { sentence } from '../sentence.ts';
import { createCoverage } from './coverage.ts';
import type { CaseCatalogue, CaseReport, CaseResult, Difference, PolicyCase, Want } from './types.ts';

export interface RunOptions {
  /** The set under test, which decides every case that brings no policies of its own. */
  readonly sources: readonly PolicySource[];
  /** What is registered, for cases that declare no catalogue of their own. */
  readonly registered?: SchemaInput;
  readonly sha256Hex: Sha256Hex;
  readonly open?: OpenCedar;
  /** Called after each case with the number of those done. */
  readonly onProgress?: (done: number) => void;
}

/** The one tool that there is where nothing is declared: that of the ordinary call. */
const ORDINARY_TOOLS = { 'crm/get_customer': { type: 'object', properties: {} } };

const MAX_PREPARED = 16;

interface Prepared {
  readonly compiled: CompileResult;
  /** Null where the set was refused. */
  readonly engine: Engine | null;
}

/** Runs cases, in their order. Throws only for a bug: whatever a case or a set holds comes back as a failed case. */
export function runCases(cases: readonly PolicyCase[], options: RunOptions): CaseReport {
  const { sources, sha256Hex, open, onProgress } = options;
  const prepared = new Map<string, Prepared>();
  const coverage = createCoverage(open);
  const deps = { sha256Hex, ...(open === undefined ? {} : { open }) };
  const prepare = ({ policies, catalogue }: PolicyCase): Prepared => {
    const key = JSON.stringify([policies, catalogue]);
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const schema = schemaOf(catalogue, options);
    const compiled = compile(policies ?? sources, schema, deps);
    const fresh = { compiled, engine: compiled.ok ? engineWith(compiled.set, schema, open) : null };
    // Engines are large: only those that the next cases are likely to need are kept.
    const [oldest] = prepared.keys();
    if (prepared.size >= MAX_PREPARED && oldest !== undefined) prepared.delete(oldest);
    prepared.set(key, fresh);
    return fresh;
  };
  const results = cases.map((one, at): CaseResult => {
    const { compiled, engine } = prepare(one);
    const ran = runCase(one, compiled, engine);
    // Only what decided the set under test counts; a set that the case brought along tests nothing else.
    if (one.policies === null && compiled.ok) coverage.add(compiled.set, ran.decision);
    onProgress?.(at + 1);
    return ran.result;
  });
  return { ok: results.every(({ ok }) => ok), results, coverage: coverage.result() };
}

function runCase(
  one: PolicyCase,
  compiled: CompileResult,
  engine: Engine | null,
): { readonly result: CaseResult; readonly decision: Decision | null } {
  const { name, file, line, column, want, call, grants } = one;
  const base = { name, file, line, column };
  const failed = (differences: readonly Difference[]): CaseResult => ({
    ...base,
    ok: differences.length === 0,
    differences,
    sentence: null,
    nearest: [],
    diagnostics: want.refused === undefined || differences.length > 0 ? compiled.diagnostics : [],
  });
  if (want.refused !== undefined) return { result: failed(refusal(want.refused, compiled)), decision: null };
  if (engine === null) {
    const got = complaintsOf(compiled);
    return { result: failed([{ part: 'refused', wanted: null, got }]), decision: null };
  }
  const decision = engine.decide(call, { grants });
  const differences = [...differencesOf(call, decision, want), ...hidden(call, decision, engine)];
  const result = {
    ...base,
    ok: differences.length === 0,
    differences,
    sentence: sentence(call, decision),
    nearest: decision.nearest,
    diagnostics: [],
  };
  return { result, decision };
}

/** What keeps a set from going live: no warning does. */
function complaintsOf({ diagnostics }: CompileResult): string[] {
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

function refusal(wanted: string, compiled: CompileResult): Difference[] {
  const got = compiled.ok ? null : complaintsOf(compiled).join('\n');
  return got?.includes(wanted) === true ? [] : [{ part: 'refused', wanted, got }];
}

function differencesOf(call: CallFacts, decision: Decision, want: Want): Difference[] {
  const got = seen(call, decision);
  return Object.entries(want).flatMap(([part, wanted]) => {
    const own = got[part as keyof typeof got];
    return comparable(wanted) === comparable(own) ? [] : [{ part, wanted, got: own }];
  });
}

/** Lists tell the truth: what may be called is never hidden (DESIGN section 6). Held for every case, wanted or not. */
function hidden(call: CallFacts, decision: Decision, engine: Engine): Difference[] {
  const isHidden = decision.outcome !== 'deny' && !engine.couldPermit(call);
  return isHidden ? [{ part: 'shown in lists', wanted: true, got: false }] : [];
}

function seen(call: CallFacts, decision: Decision): Required<Omit<Want, 'refused'>> {
  const { obligations } = decision;
  const { redact = [], mask = [] } = obligations as {
    readonly redact?: readonly string[];
    readonly mask?: readonly string[];
  };
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    determining: decision.determining.map(({ id }) => id),
    guards: decision.guards.map(({ id }) => id),
    labels: obligations.labels,
    redact,
    mask,
    errors: decision.errors.map(({ policy }) => policy),
    unrepresentable: decision.unrepresentable.map(({ path }) => path.join('.')),
    nearest: Object.fromEntries(decision.nearest.map(({ id, failed }) => [id, failed])),
    sentence: sentence(call, decision),
  };
}

/** The same text for the same meaning: lists in any order, members in any order. */
function comparable(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(comparable).sort());
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(
    Object.entries(value)
      .map(([name, part]) => [name, comparable(part)])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

function engineWith(set: CompiledPolicySet, schema: PolicySchema, open: OpenCedar | undefined): Engine {
  const engine = createEngine(open === undefined ? {} : { open });
  const loaded = engine.load(set, schema);
  // A set that compiled and that the engine does not take decides nothing: every call is denied, and the case says so.
  return loaded.ok ? engine : createEngine();
}

function schemaOf(catalogue: CaseCatalogue | null, { registered, sha256Hex }: RunOptions): PolicySchema {
  if (catalogue === null && registered !== undefined) return buildSchema(registered, sha256Hex);
  const { tools = ORDINARY_TOOLS, groups = [], teams = [] } = catalogue ?? {};
  const byServer = Map.groupBy(Object.entries(tools), ([id]) => id.slice(0, Math.max(0, id.indexOf('/'))));
  const servers = [...byServer].map(([name, listed]) => ({
    name,
    tools: listed.map(([id, inputSchema]) => ({ name: id.slice(name.length + 1), inputSchema })),
  }));
  return buildSchema({ servers, groups, teams }, sha256Hex);
}
