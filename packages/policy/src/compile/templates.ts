// Templates: policies with slots for a principal and a resource, and how a link fills them (DESIGN section 6, "Templates
// and links"). A filled template is a policy like any other; what is in its strings and comments is never taken for a slot.

import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { scan } from './scan.ts';

export type SlotName = 'principal' | 'resource';

export const SLOTS: readonly SlotName[] = ['principal', 'resource'];

/** A template at its place. */
export interface Template {
  readonly id: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly slots: ReadonlySet<SlotName>;
}

/** What a link puts into a template. */
export interface Filling {
  readonly id: string;
  readonly description?: string;
  /** One for each slot of the template. */
  readonly entities: ReadonlyMap<SlotName, TypeAndId>;
}

type Scope = PolicyJson['principal'];

/** The slots that a template has in its scope, which is where Cedar allows them. */
export function slotsOf({ principal, resource }: PolicyJson): ReadonlySet<SlotName> {
  const hasSlot = (scope: Scope): boolean => 'slot' in scope || ('in' in scope && 'slot' in scope.in);
  return new Set(SLOTS.filter((name) => hasSlot({ principal, resource }[name])));
}

/** The policy that a filled template is: the template's text with its slots, its id and perhaps its description replaced. */
export function fillText({ text }: Template, { id, description, entities }: Filling): string {
  const edits = new Map([['id', literal(id)]]);
  if (description !== undefined) edits.set('description', literal(description));
  const parts: string[] = [];
  let done = 0;
  const replace = (start: number, end: number, by: string): void => {
    parts.push(text.slice(done, start), by);
    done = end;
  };
  // What came right before: a mark with its place, or none; and the annotation whose value may follow.
  let mark = { is: '', at: 0 };
  let annotation = '';
  scan(text, (kind, start, end) => {
    if (kind === 'blank' || kind === 'comment') return;
    const token = text.slice(start, end);
    if (kind === 'other') {
      const entity = mark.is === '?' && isSlotName(token) ? entities.get(token) : undefined;
      if (entity !== undefined) replace(mark.at, end, `${entity.type}::${literal(entity.id)}`);
      annotation = mark.is === '@' ? token : '';
    } else if (kind === 'string' && mark.is === '(') {
      const value = edits.get(annotation);
      if (value !== undefined) replace(start, end, value);
      edits.delete(annotation);
    }
    mark = { is: kind === 'mark' ? token : '', at: start };
  });
  const added = edits.get('description');
  return (added === undefined ? '' : `@description(${added})\n`) + parts.join('') + text.slice(done);
}

function isSlotName(token: string): token is SlotName {
  return SLOTS.some((slot) => slot === token);
}

/** A text as a Cedar string literal. */
function literal(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, (character) => `\\${character}`);
  return `"${escaped.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}
