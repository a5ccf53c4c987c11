// One policy in Cedar's JSON form becomes a compiled policy, or complaints about what it says and names
// (DESIGN section 6). Asks no engine.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicySchema } from '../schema/types.ts';
import { type Complaint, readAnnotations } from './annotations.ts';
import { unfitName, unfitProse } from './characters.ts';
import { depthOf, type EntityName, mentionsOf } from './expressions.ts';
import type { CompiledPolicy } from './types.ts';

/** Half of what has been seen to kill an instance at evaluation. */
const MAX_DEPTH = 400;

/** What a policy may name. */
export type Known = Pick<PolicySchema, 'groups' | 'teams' | 'tools'>;

/** A policy without its place and text. */
export type ReadPolicy = Omit<CompiledPolicy, 'file' | 'line' | 'column' | 'text' | 'template'>;

export interface PolicyReading {
  /** Null where the complaints leave no policy. */
  readonly policy: ReadPolicy | null;
  readonly id?: string;
  readonly complaints: readonly Complaint[];
}

/** Reads a policy; what it names must be among what is known. */
export function readPolicy(json: PolicyJson, known: Known): PolicyReading {
  const { notes, complaints } = readAnnotations(json, known.groups);
  const all = [...complaints, ...unfitAnnotations(json)];
  const id = notes === null ? {} : { id: notes.id };
  if (depthOf(json) > MAX_DEPTH) {
    const message = 'the conditions chain too many operators; split the policy or use a set';
    return { policy: null, ...id, complaints: [...all, { at: '', message }] };
  }
  const { reads, entities, within } = mentionsOf(json);
  const strangers = new Set(entities.flatMap((entity) => strangerMessage(entity, known)));
  all.push(...[...strangers].map((message) => ({ at: '', message })));
  if (notes === null || all.length > 0) return { policy: null, ...id, complaints: all };
  const names = [...new Set(entities.map(({ type }) => type))];
  return { policy: { ...notes, effect: json.effect, reads, within, names, json }, ...id, complaints: all };
}

/** Cedar takes any id for an entity; a group, team or tool that nobody registered can only be a mistake. */
export function strangerMessage({ type, id }: EntityName, { groups, teams, tools }: Known): string[] {
  const unfit = unfitName(id);
  if (unfit !== null) return [`the id of a \`${type}\` cannot be told from others by looking: ${unfit}`];
  const known = type === 'Group' ? groups : type === 'Team' ? teams : type === 'Tool' ? tools : null;
  if (known === null || known.has(id)) return [];
  return type === 'Tool'
    ? [`\`Tool::${JSON.stringify(id)}\` is not a known tool; write \`Tool::"<server>/<tool>"\``]
    : [`\`${type}::${JSON.stringify(id)}\` is not registered; register it or name another`];
}

function unfitAnnotations({ annotations = {} }: PolicyJson): Complaint[] {
  return Object.entries<string | null>(annotations).flatMap(([at, value]) => {
    // One without a value would read as empty, and a link could not fill it.
    if (value === null && (at === 'description' || at === 'owner'))
      return [{ at, message: `\`@${at}\` says nothing; write \`@${at}("…")\` or leave it out` }];
    const unfit = at === 'description' ? unfitProse(value ?? '') : unfitName(value ?? '');
    return unfit === null ? [] : [{ at, message: `what \`@${at}\` says cannot be shown as it is: ${unfit}` }];
  });
}

/** Where in a policy's text an annotation stands; the text's start for a complaint about the whole. */
export function offsetOfAnnotation(text: string, name: string): number {
  // A name that Cedar parsed as an annotation's is a plain identifier.
  return name === '' ? 0 : Math.max(0, text.search(new RegExp(`@\\s*${name}\\b`)));
}
