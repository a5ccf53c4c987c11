// Sources as a candidate for going live: compiled, or what keeps them from it. What cannot be read, and what the compiler
// does not survive, is a complaint like any other.
import type { Diagnostic, PolicySource, SchemaInput } from '@countersign/policy';
import type { Valid } from './compile-job.ts';
import { type Compiler, CompilerError } from './compiler.ts';
import { PolicyFolderError } from './folder.ts';

export type Wanted = readonly PolicySource[] | PolicyFolderError;

export type Candidate =
  | { readonly ok: true; readonly valid: Valid }
  /** `kept` is what of the set in force can stay, where that was asked and anything can. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly kept: Valid | null };

type Keep = NonNullable<Parameters<Compiler['run']>[0]['keep']>;

export async function readWanted(read: () => Promise<readonly PolicySource[]>): Promise<Wanted> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PolicyFolderError) return error;
    throw error;
  }
}

export const sourcesOf = (wanted: Wanted): readonly PolicySource[] =>
  wanted instanceof PolicyFolderError ? [] : wanted;

export async function compileWanted(
  compiler: Compiler,
  wanted: Wanted,
  input: SchemaInput,
  keep: Keep | null,
): Promise<Candidate> {
  const unreadable = wanted instanceof PolicyFolderError ? [complaint(wanted.file, wanted.message)] : null;
  if (unreadable !== null && keep === null) return { ok: false, diagnostics: unreadable, kept: null };
  const sources = unreadable === null ? sourcesOf(wanted) : null;
  const answer = await orComplaint(sources ?? [], () => compiler.run({ sources, input, keep }));
  if ('message' in answer) return { ok: false, diagnostics: unreadable ?? [answer], kept: null };
  const { result, schema, kept } = answer;
  if (result?.ok === true)
    return { ok: true, valid: { set: result.set, schema, diagnostics: result.diagnostics } };
  return {
    ok: false,
    diagnostics: result?.diagnostics ?? unreadable ?? [],
    kept: kept?.ok === true ? kept.valid : null,
  };
}

/** The set in force, for what the tools are now: all of it, or without those that it no longer fits. */
export async function keepInForce(compiler: Compiler, input: SchemaInput, keep: Keep): Promise<Candidate> {
  const answer = await orComplaint(keep.sources, () => compiler.run({ sources: null, input, keep }));
  if ('message' in answer) return { ok: false, diagnostics: [answer], kept: null };
  const { kept } = answer;
  return kept?.ok === true ? kept : { ok: false, diagnostics: kept?.diagnostics ?? [], kept: null };
}

/** A set that the compiler does not survive is a set that may not go live. */
async function orComplaint<T>(
  sources: readonly PolicySource[],
  work: () => Promise<T>,
): Promise<T | Diagnostic> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CompilerError) return complaint(sources[0]?.file ?? '.', error.message);
    throw error;
  }
}

/** `file:line:column: error: …`, one line each. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ file, line, column, severity, message }) => `${file}:${line}:${column}: ${severity}: ${message}`)
    .join('\n');
}

function complaint(file: string, message: string): Diagnostic {
  return { severity: 'error', file, line: 1, column: 1, message };
}
