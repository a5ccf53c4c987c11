// What an address says of the list of entries. Total: what it does not know, it leaves out.
import { ENTRY_KINDS } from '@countersign/audit';

export const KINDS = (Object.keys(ENTRY_KINDS) as readonly (keyof typeof ENTRY_KINDS)[]).toSorted((a, b) =>
  a.localeCompare(b),
);

export type Kind = (typeof KINDS)[number];

export const kindIn = (value: unknown): Kind | undefined => KINDS.find((kind) => kind === value);
