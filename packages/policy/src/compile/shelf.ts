// What reading a set has gathered so far, and the limits of how much it gathers (DESIGN section 6, "hostile policy text").

import type { ParsedPolicy } from './parse-policy.ts';
import type { Known } from './read-policy.ts';
import { type Numbered, placeIn, type Report } from './report.ts';
import type { Scratch } from './scratch.ts';
import type { Template } from './templates.ts';
import type { CompiledPolicy } from './types.ts';

/** Of one set: policies, templates and links together. */
const MAX_POLICIES = 20_000;

/** What reading a set is given besides its sources. */
export interface Reading {
  readonly known: Known & { readonly entityTypes: ReadonlySet<string> };
  readonly scratch: Scratch;
  readonly report: Report;
}

/** What a set holds so far. */
export interface Shelf extends Reading {
  readonly policies: CompiledPolicy[];
  readonly templates: Map<string, Template>;
  /** Makes room for one more at an offset; false, once with a complaint, where there is no use in reading on. */
  hasRoom(source: Numbered, offset: number): boolean;
  /** Takes an id for the policy at an offset; false, with a complaint, if another has it. */
  takeId(id: string, source: Numbered, offset: number): boolean;
}

/** An empty one. */
export function createShelf(reading: Reading): Shelf {
  const { report, scratch } = reading;
  const taken = new Map<string, { readonly file: string; readonly line: number }>();
  let count = 0;
  let isOver = false;
  return {
    ...reading,
    policies: [],
    templates: new Map(),
    hasRoom(source, offset) {
      count += 1;
      if (isOver || report.isFull()) return false;
      const why = scratch.isSpent()
        ? 'the policies before it stop the engine again and again; the rest was not read'
        : count > MAX_POLICIES
          ? `a set holds at most ${MAX_POLICIES} policies, templates and links`
          : null;
      if (why !== null) report.error(source, offset, why);
      isOver = why !== null;
      return !isOver;
    },
    takeId(id, source, offset) {
      const twin = taken.get(id);
      if (twin === undefined) {
        taken.set(id, placeIn(source, offset));
        return true;
      }
      const where = `\`${twin.file}\`, line ${twin.line}`;
      const message = `the id \`${id}\` is taken by the policy in ${where}; give one of them another`;
      report.error(source, offset, message, id);
      return false;
    },
  };
}

/** Reports what is wrong with a policy's text, each at the offset of the source that `toOffset` gives. */
export function complainOf(
  { complaints, id }: ParsedPolicy,
  toOffset: (offset: number) => number,
  source: Numbered,
  { report }: Reading,
): void {
  for (const { offset, message } of complaints) report.error(source, toOffset(offset), message, id);
}
