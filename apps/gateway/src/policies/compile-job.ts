// What is asked of the compiling thread and what it answers. Plain data: both cross a thread boundary by copy.
import {
  buildSchema,
  compile,
  type CompiledPolicySet,
  type CompileResult,
  type Diagnostic,
  type PolicySchema,
  type PolicySource,
  revalidate,
  type SchemaInput,
} from '@countersign/policy';
import { sha256Hex } from './sha256.ts';

export interface CompileJob {
  /** The candidate; null where there is none and only `keep` is asked about. */
  readonly sources: readonly PolicySource[] | null;
  readonly input: SchemaInput;
  /** The set in force, to be looked at where no candidate compiles; null where it need not be. */
  readonly keep: {
    readonly sources: readonly PolicySource[];
    /** What it is in force with, or what it was typed by when it went live. */
    readonly before: PolicySchema | SchemaInput;
  } | null;
}

export interface Compiled {
  readonly schema: PolicySchema;
  readonly result: CompileResult | null;
  /** What of the set in force still fits the tools; null where that was not asked. */
  readonly kept: Kept | null;
}

type Kept =
  | { readonly ok: true; readonly valid: Valid }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A set that can be in force, and what it is in force with: `schema.broken` are the tools that it no longer fits. */
export interface Valid {
  readonly set: CompiledPolicySet;
  readonly schema: PolicySchema;
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
  const kept = result?.ok === true || keep === null ? null : keepSet(keep, schema);
  return { schema, result, kept };
}

function keepSet({ sources, before }: NonNullable<CompileJob['keep']>, after: PolicySchema): Kept {
  const schema = 'digest' in before ? before : buildSchema(before, sha256Hex);
  const found = revalidate(sources, schema, after, { sha256Hex });
  if (!found.ok) return found;
  const { set, diagnostics } = found;
  return { ok: true, valid: { set, schema: found.schema, diagnostics } };
}
