// Sources as a candidate for going live: compiled, or what keeps them from it. What cannot be read, and what the compiler
// does not survive, is a complaint like any other.
import type { CompileResult, Diagnostic, PolicySource, SchemaInput } from '@countersign/policy';
import type { Valid } from './compile-job.ts';
import { type Compiler, CompilerError } from './compiler.ts';
import { PolicyFolderError } from './folder.ts';

export type Wanted = readonly PolicySource[] | PolicyFolderError;

export type Candidate =
  | { readonly ok: true; readonly valid: Valid }
  /** `kept` is what of the set in force can stay, where that was asked. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly kept: Valid | null };

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
  keep: Parameters<Compiler['run']>[0]['keep'],
): Promise<Candidate> {
  const unreadable = wanted instanceof PolicyFolderError ? complaint(wanted.file, wanted.message) : null;
  if (unreadable !== null && keep === null) return { ok: false, diagnostics: [unreadable], kept: null };
  try {
    const sources = unreadable === null ? sourcesOf(wanted) : null;
    const { result, schema, kept } = await compiler.run({ sources, input, keep });
    if (result?.ok === true) return { ok: true, valid: validOf(result, schema) };
    return { ok: false, diagnostics: result?.diagnostics ?? (unreadable === null ? [] : [unreadable]), kept };
  } catch (error) {
    if (!(error instanceof CompilerError)) throw error;
    const diagnostics = [unreadable ?? complaint(sourcesOf(wanted)[0]?.file ?? '.', error.message)];
    return { ok: false, diagnostics, kept: null };
  }
}

export function validOf(
  { set, diagnostics }: Extract<CompileResult, { ok: true }>,
  schema: Valid['schema'],
): Valid {
  return { set, schema, diagnostics, broken: new Map() };
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
