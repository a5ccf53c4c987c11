// Compiles policy files to a validated, content-addressed set, or says with file, line and column why not
// (DESIGN section 6). Text meets Cedar only in a throw-away instance: hostile text can kill one for good.

import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { OpenCedar } from '../cedar-door.ts';
import { openCedar } from '../cedar-door.ts';
import { byCodeUnits } from '../reserved.ts';
import { compileMeters, isMeterFile, meterIdentity, withMeters } from '../meters/compile-meters.ts';
import type { PolicySchema, Sha256Hex } from '../schema/types.ts';
import { readAnnotations } from './annotations.ts';
import { depthOf, type EntityName, mentionsOf } from './expressions.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { MAX_BRACKETS, offsetOfByte, type Piece, positionOf, split } from './split.ts';
import type { CompiledPolicy, CompileResult, Diagnostic, PolicySource } from './types.ts';
import { validateSet } from './validate.ts';

/** What compiling is given besides its input. */
export interface CompileDeps {
  readonly sha256Hex: Sha256Hex;
  /** Opens the throw-away instance; the package's own door unless a test stands in it. */
  readonly open?: OpenCedar;
}

const MAX_FILE_CHARACTERS = 1_048_576;
/** Half of what has been seen to kill an instance at evaluation. */
const MAX_DEPTH = 400;

/** One piece of a file, to be complained of at a place within it. */
interface Place {
  readonly source: PolicySource;
  readonly piece: Piece;
}

/** Compiles a set. An empty set is a set: it denies everything. */
export function compile(
  sources: readonly PolicySource[],
  schema: PolicySchema,
  { sha256Hex, open = openCedar }: CompileDeps,
): CompileResult {
  const metered = compileMeters(sources.filter(isMeterFile), schema);
  const diagnostics: Diagnostic[] = [...metered.diagnostics];
  const scratch = createScratch(open);
  const compiled = new Map<string, CompiledPolicy>();
  for (const source of sources) {
    if (isMeterFile(source)) continue;
    if (source.text.length > MAX_FILE_CHARACTERS) {
      diagnostics.push(at(source, 0, `the file is longer than ${MAX_FILE_CHARACTERS} characters; split it`));
      continue;
    }
    const { pieces, tooDeep } = split(source.text);
    if (tooDeep !== null) {
      diagnostics.push(
        at(source, tooDeep, `brackets nest deeper than ${MAX_BRACKETS}; simplify the condition`),
      );
      continue;
    }
    for (const piece of pieces) {
      const policy = compilePiece({ source, piece }, schema, scratch, diagnostics);
      if (policy === null) continue;
      const twin = compiled.get(policy.id);
      if (twin === undefined) compiled.set(policy.id, policy);
      else diagnostics.push(at(source, piece.start, twinMessage(twin), policy.id));
    }
  }
  const policies = [...compiled.values()].sort((a, b) => byCodeUnits(a.id, b.id));
  const { meters } = metered;
  diagnostics.push(...validateSet(policies, sources, withMeters(schema, meters), scratch));
  if (diagnostics.some(({ severity }) => severity === 'error')) return { ok: false, diagnostics };
  const texts = policies.map(({ id, text }) => [id, text]);
  const digest = sha256Hex(JSON.stringify(meters.length === 0 ? texts : [texts, meters.map(meterIdentity)]));
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  return { ok: true, set: { digest, schema: schema.digest, policies, byId, meters }, diagnostics };
}

function compilePiece(
  { source, piece }: Place,
  schema: PolicySchema,
  scratch: Scratch,
  diagnostics: Diagnostic[],
): CompiledPolicy | null {
  const answer = scratch.run((cedar) => cedar.policyToJson(piece.text));
  if (answer === null) {
    diagnostics.push(
      at(source, piece.start, 'the policy is too complex for the engine; simplify its conditions'),
    );
    return null;
  }
  if (answer.type === 'failure') {
    for (const error of answer.errors) diagnostics.push(at(source, placeOf(error, piece), messageOf(error)));
    return null;
  }
  const { json } = answer;
  const { notes, complaints } = readAnnotations(json, schema.groups);
  for (const { at: name, message } of complaints) {
    diagnostics.push(at(source, piece.start + annotationOffset(piece.text, name), message, notes?.id));
  }
  const depth = depthOf(json);
  if (depth > MAX_DEPTH) {
    const message = 'the conditions chain too many operators; split the policy or use a set';
    diagnostics.push(at(source, piece.start, message, notes?.id));
    return null;
  }
  const { reads, entities, within } = mentionsOf(json);
  const strangers = entities.flatMap((entity) => strangerMessage(entity, schema));
  for (const message of new Set(strangers)) diagnostics.push(at(source, piece.start, message, notes?.id));
  if (notes === null) return null;
  return {
    ...notes,
    ...shapeOf(json),
    ...where(source, piece.start),
    text: piece.text,
    reads,
    within,
    names: [...new Set(entities.map(({ type }) => type))],
    json,
  };
}

function shapeOf({ effect }: PolicyJson): { effect: 'permit' | 'forbid' } {
  return { effect };
}

/** Cedar takes any id for an entity; a group or team that nobody registered can only be a mistake. */
function strangerMessage({ type, id }: EntityName, { groups, teams }: PolicySchema): string[] {
  const known = type === 'Group' ? groups : type === 'Team' ? teams : null;
  if (known === null || known.has(id)) return [];
  return [`\`${type}::${JSON.stringify(id)}\` is not registered; register it or name another`];
}

function twinMessage({ id, file, line }: CompiledPolicy): string {
  return `the id \`${id}\` is taken by the policy in \`${file}\`, line ${line}; give one of them another`;
}

function annotationOffset(text: string, name: string): number {
  // A name that Cedar parsed as an annotation's is a plain identifier.
  return name === '' ? 0 : Math.max(0, text.search(new RegExp(`@\\s*${name}\\b`)));
}

function placeOf({ sourceLocations }: DetailedError, piece: Piece): number {
  return piece.start + offsetOfByte(piece.text, sourceLocations?.[0]?.start ?? 0);
}

function messageOf({ message, help, sourceLocations }: DetailedError): string {
  const wanted = sourceLocations?.[0]?.label;
  const text = message.replace(/^failed to parse policy from string: /, '');
  return [text, wanted, help].filter((part) => part !== null && part !== undefined).join('; ');
}

function where({ file, text }: PolicySource, offset: number): { file: string; line: number; column: number } {
  return { file, ...positionOf(text, offset) };
}

function at(source: PolicySource, offset: number, message: string, policy?: string): Diagnostic {
  return {
    severity: 'error',
    ...where(source, offset),
    message,
    ...(policy === undefined ? {} : { policy }),
  };
}
