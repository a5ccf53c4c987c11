// Reads the sources of a set into policies that the engine has parsed and nothing has validated yet: policies and
// templates first, then the links that fill these (DESIGN section 6). Bounded in characters, policies and complaints.

import { unfitFile, unfitName } from './characters.ts';
import { kindOf, SOURCE_SUFFIXES } from './kinds.ts';
import { linkTemplates } from './link-templates.ts';
import { parsePolicy } from './parse-policy.ts';
import { numbered, type Numbered, placeIn, type Report } from './report.ts';
import { complainOf, createShelf, type Reading, type Shelf } from './shelf.ts';
import { MAX_BRACKETS, type Piece, split } from './split.ts';
import { slotsOf, type Template } from './templates.ts';
import type { CompiledPolicy, PolicySource } from './types.ts';

const MAX_FILE_CHARACTERS = 1_048_576;
/** YAML is slow to read, and slowest where it is wrong; this is room for some five thousand links. */
const MAX_YAML_CHARACTERS = 524_288;
const MAX_SET_CHARACTERS = 16 * MAX_FILE_CHARACTERS;
const MAX_FILES = 1_000;

export interface ParsedSet {
  /** In the order of the sources; links after all others. */
  readonly policies: readonly CompiledPolicy[];
  readonly templates: readonly Template[];
}

/** Reads all sources but declarations of meters. */
export function parseSet(sources: readonly PolicySource[], reading: Reading): ParsedSet {
  const { report } = reading;
  const shelf = createShelf(reading);
  const why = tooMuch(sources);
  const [first] = sources;
  if (why !== null && first !== undefined) {
    report.error(numbered({ file: first.file, text: '' }), 0, why);
    return { policies: [], templates: [] };
  }
  const files = sources.map(numbered);
  const readable = files.filter((source, at) => isReadable(source, files.slice(0, at), report));
  for (const source of readable) if (kindOf(source.file) === 'policies') readFile(source, shelf);
  linkTemplates(
    readable.filter(({ file }) => kindOf(file) === 'links'),
    shelf,
  );
  return { policies: shelf.policies, templates: [...shelf.templates.values()] };
}

function tooMuch(sources: readonly PolicySource[]): string | null {
  if (sources.length > MAX_FILES) return `a set holds at most ${MAX_FILES} files; join some`;
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  return characters > MAX_SET_CHARACTERS ? `the set is longer than ${MAX_SET_CHARACTERS} characters` : null;
}

function isReadable(source: Numbered, before: readonly Numbered[], report: Report): boolean {
  const { file, text } = source;
  if (before.some((other) => other.file === file)) {
    report.error(source, 0, 'the set has two files of this name; rename one');
    return false;
  }
  const kind = kindOf(file);
  if (kind === null) {
    const suffixes = Object.values(SOURCE_SUFFIXES).map((suffix) => `\`${suffix}\``);
    report.error(source, 0, `its name does not say what it holds; end it in ${suffixes.join(', ')}`);
    return false;
  }
  const most = kind === 'policies' ? MAX_FILE_CHARACTERS : MAX_YAML_CHARACTERS;
  if (text.length > most) {
    report.error(source, 0, `the file is longer than ${most} characters; split it`);
    return false;
  }
  const unfitted = unfitName(file);
  if (unfitted !== null) {
    report.error(source, 0, `the name of the file cannot be told from others by looking: ${unfitted}`);
    return false;
  }
  const unfit = unfitFile(text);
  if (unfit !== null) report.error(source, unfit.offset, unfit.message);
  return unfit === null;
}

function readFile(source: Numbered, shelf: Shelf): void {
  const { pieces, tooDeep } = split(source.text);
  if (tooDeep !== null) {
    const message = `brackets nest deeper than ${MAX_BRACKETS}; simplify the condition`;
    shelf.report.error(source, tooDeep, message);
    return;
  }
  for (const piece of pieces) {
    if (!shelf.hasRoom(source, piece.start)) return;
    readPiece(source, piece, shelf);
  }
}

function readPiece(source: Numbered, { text, start, hasSlots }: Piece, shelf: Shelf): void {
  const parsed = parsePolicy(text, hasSlots ? 'template' : 'policy', shelf.known, shelf.scratch);
  complainOf(parsed, (offset) => start + offset, source, shelf);
  const { policy } = parsed;
  if (policy === null || !shelf.takeId(policy.id, source, start)) return;
  const place = placeIn(source, start);
  if (hasSlots) {
    shelf.templates.set(policy.id, { id: policy.id, ...place, text, slots: slotsOf(policy.json) });
  } else shelf.policies.push({ ...policy, ...place, text });
}
