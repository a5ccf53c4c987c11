// Reads a file of cases. Either all of it holds or none: a file with one misspelt key would test less than it says.

import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Diagnostic, PolicySource } from '../compile/types.ts';
import { firstLine } from '../meters/yaml-shape.ts';
import { callOf, layer, type Said } from './facts.ts';
import { CASES, FACTS } from './format.ts';
import { check, placeOf, type Shape } from './shape.ts';
import type { CaseCatalogue, PolicyCase, Want } from './types.ts';

export type CasesRead =
  | { readonly ok: true; readonly cases: readonly PolicyCase[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const MAX_CHARACTERS = 1_048_576;

/** What one case says, checked and before what it shares with its file. */
interface SaidCase {
  readonly name: string;
  readonly policies?: string | Readonly<Record<string, string>>;
  readonly catalogue?: CaseCatalogue;
  readonly facts?: Said;
  readonly grants?: readonly string[];
  readonly want: Want;
}

interface SaidFile {
  readonly catalogue?: CaseCatalogue;
  readonly facts?: Said;
  readonly cases: readonly SaidCase[];
}

/** Reads the cases of one file; `file` is its name as people know it. */
export function readCases({ file, text }: PolicySource): CasesRead {
  const parsed = parse(file, text, CASES);
  if (!parsed.ok) return parsed;
  const said = parsed.value as readonly SaidCase[] | SaidFile;
  const whole: SaidFile = 'cases' in said ? said : { cases: said };
  const cases = whole.cases.map((one, at): PolicyCase => {
    const own = one.catalogue ?? whole.catalogue;
    return {
      name: one.name,
      file,
      ...parsed.placeOf('cases' in said ? ['cases', at] : [at]),
      policies: one.policies === undefined ? null : sourcesOf(one.policies),
      catalogue: own === undefined ? null : { ...whole.catalogue, ...own },
      call: callOf(layer(whole.facts ?? {}, one.facts ?? {}) as Said),
      grants: one.grants ?? [],
      want: one.want,
    };
  });
  const empty = cases.find(({ want }) => Object.keys(want).length === 0);
  if (empty === undefined) return { ok: true, cases };
  const { line, column } = empty;
  const message = `\`${empty.name}\` wants nothing: say at least the \`outcome\``;
  return { ok: false, diagnostics: [{ severity: 'error', file, line, column, message }] };
}

export type FactsRead =
  | { readonly ok: true; readonly said: Said }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads what is said of one call, in the words of a case's `facts`, from YAML or JSON. */
export function readFacts({ file, text }: PolicySource): FactsRead {
  const parsed = parse(file, text, FACTS);
  return parsed.ok ? { ok: true, said: parsed.value as Said } : parsed;
}

type Parsed =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly placeOf: (path: readonly (string | number)[]) => { line: number; column: number };
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

function parse(file: string, text: string, shape: Shape): Parsed {
  const at = (line: number, column: number, message: string): Diagnostic => ({
    severity: 'error',
    file,
    line,
    column,
    message,
  });
  if (text.length > MAX_CHARACTERS) {
    const message = `the file is longer than ${MAX_CHARACTERS} characters; split it`;
    return { ok: false, diagnostics: [at(1, 1, message)] };
  }
  const lineCounter = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  } catch (error) {
    // What nests deeper than the parser's stack.
    const message = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, diagnostics: [at(1, 1, message)] };
  }
  // What a parser says after its first stumble is about its own confusion.
  const [fault] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (fault !== undefined) {
    const { line, column } = placeOf(lineCounter, fault.pos[0]);
    return { ok: false, diagnostics: [at(line, column, `not valid YAML: ${firstLine(fault.message)}`)] };
  }
  const { value, complaints } = check(document, document.contents, shape);
  if (complaints.length > 0) {
    return {
      ok: false,
      diagnostics: complaints.map(({ offset, message }) => {
        const { line, column } = placeOf(lineCounter, offset);
        return at(line, column, message);
      }),
    };
  }
  return {
    ok: true,
    value,
    placeOf(path) {
      const node = document.getIn(path, true) as { readonly range?: readonly number[] } | undefined;
      return placeOf(lineCounter, node?.range?.[0] ?? 0);
    },
  };
}

function sourcesOf(policies: string | Readonly<Record<string, string>>): PolicySource[] {
  return typeof policies === 'string'
    ? [{ file: 'case.cedar', text: policies }]
    : Object.entries(policies).map(([file, text]) => ({ file, text }));
}
