// Opens a set that was in force once, by its content address, to decide by it again. It was validated then: what tools,
// groups and teams there were is not needed now, and nothing is validated anew. The address is: it must be that of the
// sources, or these are another set.

import { openCedar, type OpenCedar } from '../cedar-door.ts';
import { assemble } from '../compile/compile.ts';
import { parseSet } from '../compile/parse-set.ts';
import { createReport } from '../compile/report.ts';
import { createScratch } from '../compile/scratch.ts';
import type { CompiledPolicySet, PolicySource } from '../compile/types.ts';
import { isMeterFile, toMeter } from '../meters/compile-meters.ts';
import { type Declaration, readDeclarations } from '../meters/declare.ts';
import type { Meter, MeterType } from '../meters/types.ts';
import { byCodeUnits } from '../reserved.ts';
import type { PolicySchema, Sha256Hex } from '../schema/types.ts';
import type { ValidSet } from './judge.ts';

/** Meters that sum arguments, each of which may be of two types: 2^10 addresses are tried at most. */
const MAX_OPEN_TYPES = 10;

export interface RecordedSet {
  readonly sources: readonly PolicySource[];
  /** Content address that the sources must have. */
  readonly digest: string;
  /** Action ids of tools that the set no longer fitted, each with why. */
  readonly broken: ReadonlyMap<string, string>;
}

export type SetReopened =
  | { readonly ok: true; readonly valid: ValidSet }
  | { readonly ok: false; readonly message: string };

/** Never throws for what the sources hold. */
export function reopenSet(
  { sources, digest, broken }: RecordedSet,
  { sha256Hex, open = openCedar }: { readonly sha256Hex: Sha256Hex; readonly open?: OpenCedar },
): SetReopened {
  const schema: PolicySchema = { ...ANY_SCHEMA, broken };
  const report = createReport();
  const scratch = createScratch(open);
  const parsed = parseSet(
    sources.filter((source) => !isMeterFile(source)),
    { known: { ...schema, entityTypes: EVERYTHING }, scratch, report },
  );
  const declared = sources.filter(isMeterFile).map(readDeclarations);
  const [fault] = [
    ...report.diagnostics(sources.map(({ file }) => file)),
    ...declared.flatMap(({ diagnostics }) => diagnostics),
  ].filter(({ severity }) => severity === 'error');
  if (fault !== undefined) {
    const { file, line, column, message } = fault;
    return { ok: false, message: `it cannot be read: ${file}:${line}:${column} ${message}` };
  }
  let found: CompiledPolicySet | null = null;
  for (const meters of metersOf(declared.flatMap(({ declarations }) => declarations))) {
    found = assemble(parsed, meters, schema, sha256Hex);
    if (found.digest === digest) return { ok: true, valid: { set: found, schema } };
  }
  const other = found === null ? 'it has too many meters' : `its sources have the digest \`${found.digest}\``;
  return { ok: false, message: `the sources are not those of the set \`${digest}\`: ${other}` };
}

/**
 * The type of a summed argument is the tool's, and part of the set's address: of all that it may be, the address tells.
 */
function* metersOf(declarations: readonly Declaration[]): Generator<readonly Meter[]> {
  const sorted = declarations.toSorted((a, b) => byCodeUnits(a.name, b.name));
  const open = sorted.filter(({ add }) => add !== 1);
  if (open.length > MAX_OPEN_TYPES) return;
  for (let types = 0; types < 2 ** open.length; types += 1) {
    const typeOf = (declaration: Declaration): MeterType => {
      const at = open.indexOf(declaration);
      return at < 0 || (types & (1 << at)) === 0 ? 'long' : 'decimal';
    };
    yield sorted.map((declaration) => toMeter(declaration, typeOf(declaration)));
  }
}

/** A set that has every member: names were checked when the set went live. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}

const EVERYTHING = new Everything();

class AnyTool extends Map<string, never> {
  override has(): boolean {
    return true;
  }
}

const ANY_SCHEMA: PolicySchema = {
  json: {},
  digest: '0'.repeat(64),
  tools: new AnyTool(),
  omissions: [],
  servers: EVERYTHING,
  groups: EVERYTHING,
  teams: EVERYTHING,
  broken: new Map(),
};
