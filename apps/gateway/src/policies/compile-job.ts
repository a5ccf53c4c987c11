// What is asked of the compiling thread and what it answers. Plain data: both cross a thread boundary by copy.
import {
  buildSchema,
  compile,
  type CompiledPolicySet,
  type CompileResult,
  type Diagnostic,
  type PolicySchema,
  type PolicySource,
  type SchemaInput,
} from '@countersign/policy';
import { sha256Hex } from './sha256.ts';

export interface CompileJob {
  /** The candidate; null where there is none and only `keep` is asked about. */
  readonly sources: readonly PolicySource[] | null;
  readonly input: SchemaInput;
  /** The set in force, to be looked at where the candidate does not compile; null where it need not be. */
  readonly keep: {
    readonly sources: readonly PolicySource[];
    /** What it was typed by when all of it was valid. */
    readonly before: SchemaInput;
  } | null;
}

export interface Compiled {
  readonly schema: PolicySchema;
  readonly result: CompileResult | null;
  /** What of the set in force still fits the tools; null where that was not asked, or nothing can be kept. */
  readonly kept: Valid | null;
}

/** A set that can be in force, and what it is in force with. */
export interface Valid {
  readonly set: CompiledPolicySet;
  readonly schema: PolicySchema;
  /** Action ids of tools that it no longer fits: calls of them are denied, with why. */
  readonly broken: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ToCompiler {
  readonly id: number;
  readonly job: CompileJob;
}

/** Anything else that goes wrong ends the thread. */
export interface FromCompiler {
  readonly id: number;
  readonly compiled: Compiled;
}

export function runJob({ sources, input, keep }: CompileJob): Compiled {
  const schema = buildSchema(input, sha256Hex);
  const result = sources === null ? null : compile(sources, schema, { sha256Hex });
  const kept = result?.ok === true || keep === null ? null : keepSet(keep.sources, schema);
  return { schema, result, kept };
}

function keepSet(sources: readonly PolicySource[], schema: PolicySchema): Valid | null {
  const compiled = compile(sources, schema, { sha256Hex });
  if (!compiled.ok) return null;
  return { set: compiled.set, schema, broken: new Map(), diagnostics: compiled.diagnostics };
}
