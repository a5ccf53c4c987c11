// Entries of kinds that are few and far between, which other entries rest on: the policy sets that came into force, and
// the redactions. Read from the headers themselves, and kept up with as the log grows.
import { type EntryHeader, readRedaction, type RedactedRange } from '@countersign/audit';
import type { Headers } from './headers.ts';
import type { ExportReaders } from './types.ts';

export interface RareEntries {
  /** The entry that brought `set` into force, the last one before `index`; null where none did. */
  activation(set: string, index: number): number | null;
  readonly redactions: readonly { readonly index: number; readonly ranges: readonly RedactedRange[] }[];
}

/** Reads on from where it was; one at a time. @returns what there is below `size`. */
export type ReadRare = (size: number, headers: Headers) => Promise<RareEntries>;

export function createRareReader({ exports, log }: Pick<ExportReaders, 'exports' | 'log'>): ReadRare {
  const activations: { readonly index: number; readonly set: string }[] = [];
  const redactions: RareEntries['redactions'][number][] = [];
  let next = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const read = async (size: number, headers: Headers): Promise<RareEntries> => {
    for await (const index of exports.ofKinds(['policy.activated', 'log.redacted'], next, size)) {
      const header: EntryHeader = await headers.at(index);
      if (header.kind === 'policy.activated') activations.push({ index, set: header.body.set });
      if (header.kind === 'log.redacted') {
        const stored = await log.entry(index);
        const targets = stored?.details.find(({ name }) => name === 'targets');
        redactions.push({ index, ranges: targets === undefined ? [] : readRedaction(targets.value) });
      }
      next = index + 1;
    }
    next = Math.max(next, size);
    return {
      activation: (set, index) =>
        activations.findLast((one) => one.set === set && one.index < index && one.index < size)?.index ??
        null,
      redactions: redactions.filter((one) => one.index < size),
    };
  };
  return async (size, headers) => {
    const mine = turn.then(() => read(size, headers));
    turn = mine.catch(() => undefined);
    return mine;
  };
}
