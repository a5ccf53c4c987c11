// The meters of a policy set: what its `*.meters.yaml` sources declare, checked against the tools that there are, and the
// Cedar schema with one attribute for each (DESIGN section 6, "Meters").

import type { ActionType, SchemaJson, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';
import { kindOf } from '../compile/kinds.ts';
import type { Diagnostic, PolicySource } from '../compile/types.ts';
import { groupsOf, OPERATIONS } from '../operations.ts';
import { byCodeUnits } from '../reserved.ts';
import type { InputRecord, InputType, PolicySchema } from '../schema/types.ts';
import { DECIMAL, LONG, record } from '../schema/vocabulary.ts';
import { type Declaration, readDeclarations } from './declare.ts';
import type { Meter, MeterType } from './types.ts';

const MAX_METERS = 200;

export interface CompiledMeters {
  /** Sorted by name. */
  readonly meters: readonly Meter[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a source declares meters, by its name. */
export function isMeterFile({ file }: Pick<PolicySource, 'file'>): boolean {
  return kindOf(file) === 'meters';
}

/** All that makes a meter what it is, wherever it stands: its part of the set's digest. */
export function meterIdentity({ file: _file, line: _line, column: _column, ...meter }: Meter): object {
  const { name, on, add, per, windowMs, type, description } = meter;
  return { name, on, add, per, windowMs, type, description };
}

/** Reads and checks the meters of a set. @param sources those for which `isMeterFile` holds. */
export function compileMeters(sources: readonly PolicySource[], schema: PolicySchema): CompiledMeters {
  const meters = new Map<string, Meter>();
  const diagnostics: Diagnostic[] = [];
  for (const source of sources) {
    const read = readDeclarations(source);
    diagnostics.push(...read.diagnostics);
    for (const declaration of read.declarations) {
      const twin = meters.get(declaration.name);
      if (twin !== undefined) {
        const where = `\`${twin.file}\`, line ${twin.line}`;
        diagnostics.push(
          at(declaration, `the meter \`${twin.name}\` is declared in ${where}, too; rename one of them`),
        );
        continue;
      }
      const { type, complaints } = typeOf(declaration, schema);
      diagnostics.push(...complaints);
      if (type !== null) meters.set(declaration.name, toMeter(declaration, type));
      if (meters.size > MAX_METERS) {
        diagnostics.push(at(declaration, `a set has at most ${MAX_METERS} meters`));
        return { meters: [], diagnostics };
      }
    }
  }
  return { meters: [...meters.values()].sort((a, b) => byCodeUnits(a.name, b.name)), diagnostics };
}

/** The schema in which policies can read these meters; without any, the schema itself. */
export function withMeters(schema: PolicySchema, meters: readonly Meter[]): PolicySchema {
  if (meters.length === 0) return schema;
  const attributes = Object.create(null) as Record<string, TypeOfAttribute<string>>;
  for (const { name, type } of meters) attributes[name] = type === 'long' ? LONG : DECIMAL;
  const json: SchemaJson<string> = {};
  for (const [namespace, fragment] of Object.entries(schema.json)) {
    const actions = Object.create(null) as Record<string, ActionType<string>>;
    for (const [id, action] of Object.entries(fragment.actions)) {
      actions[id] = withContext(action, { meter: record(attributes) });
    }
    json[namespace] = { ...fragment, actions };
  }
  return { ...schema, json };
}

function withContext(
  action: ActionType<string>,
  more: Readonly<Record<string, TypeOfAttribute<string>>>,
): ActionType<string> {
  const { appliesTo } = action;
  const context = appliesTo?.context;
  const isOfAgents = appliesTo?.principalTypes.includes('Agent') === true;
  if (!isOfAgents || context === undefined || !('attributes' in context)) return action;
  return {
    ...action,
    appliesTo: { ...appliesTo, context: { ...context, attributes: { ...context.attributes, ...more } } },
  };
}

/** The type that the meter has in every action it counts; null, with complaints, where there is no such type. */
function typeOf(
  declaration: Declaration,
  schema: PolicySchema,
): { readonly type: MeterType | null; readonly complaints: readonly Diagnostic[] } {
  const complaints: Diagnostic[] = [];
  const types = new Map<MeterType, string>();
  for (const named of declaration.on) {
    const why = strangerMessage(named.action, schema);
    if (why !== null) {
      complaints.push(at({ ...declaration, ...named }, why));
      continue;
    }
    for (const { tool, type } of amounts(declaration.add, named.action, schema)) {
      if (typeof type === 'object')
        complaints.push(at({ ...declaration, ...named }, `in \`${tool}\`, ${type.why}`));
      else if (!types.has(type)) types.set(type, tool);
    }
  }
  const [one, other] = types;
  if (complaints.length > 0 || one === undefined) return { type: null, complaints };
  if (other === undefined) return { type: one[0], complaints };
  const why = `what it sums is a ${one[0]} in \`${one[1]}\` and a ${other[0]} in \`${other[1]}\`; declare two meters`;
  return { type: null, complaints: [at(declaration, why)] };
}

function strangerMessage(action: string, { tools }: PolicySchema): string | null {
  const operation = OPERATIONS.get(action);
  if (tools.has(action) || operation?.principal === 'Agent') return null;
  if (operation !== undefined) return `\`${action}\` is asked by servers, not by agents: no meter counts it`;
  return `\`${action}\` is no tool and no operation that is known; name a tool as \`<server>/<tool>\``;
}

type AmountType = { readonly tool: string; readonly type: MeterType | { readonly why: string } };

/** The type of what is added, in each tool that an action or group stands for. */
function amounts(add: Meter['add'], action: string, { tools }: PolicySchema): readonly AmountType[] {
  if (add === 1) return [{ tool: action, type: 'long' }];
  const tool = tools.get(action);
  if (tool !== undefined) return [{ tool: action, type: amountType(tool, add.input) }];
  const isOfTools = action === 'mcp:tools/call' || groupsOf('mcp:tools/call').includes(action);
  const why = 'only tools have arguments to sum; name tools, or count calls with `add: 1`';
  if (!isOfTools || tools.size === 0) return [{ tool: action, type: { why } }];
  // A group of more than tools would count operations that have nothing to sum.
  if (action !== 'mcp:tools/call') return [{ tool: action, type: { why } }];
  return [...tools].map(([id, input]) => ({ tool: id, type: amountType(input, add.input) }));
}

function amountType(input: InputRecord, path: readonly string[]): AmountType['type'] {
  let at: InputType | undefined = input;
  for (const name of path) at = at?.kind === 'record' ? at.attributes.get(name)?.type : undefined;
  if (at?.kind === 'long' || at?.kind === 'decimal') return at.kind;
  const shown = `\`context.input.${path.join('.')}\``;
  if (at === undefined) return { why: `${shown} does not exist: name an argument that the tool has` };
  return { why: `${shown} is a ${at.kind}: only a long or a decimal can be summed` };
}

/** A declaration as a meter of this type. */
export function toMeter({ on, ...rest }: Declaration, type: MeterType): Meter {
  return { ...rest, type, on: on.map(({ action }) => action).sort(byCodeUnits) };
}

function at(place: Pick<Diagnostic, 'file' | 'line' | 'column'>, message: string): Diagnostic {
  const { file, line, column } = place;
  return { severity: 'error', file, line, column, message };
}
