// Reads the golden vectors, which an independent Python implementation wrote. For tests only.

import { readFileSync } from 'node:fs';
import { type Bytes, fromHex, utf8 } from '../bytes.ts';
import type { EntryDraft } from '../entry/types.ts';
import type { Id } from '../ids.ts';
import type { StoredEntry } from '../verify/types.ts';

interface LogVectors {
  readonly origin: string;
  readonly node: Id<'node'>;
  readonly entries: readonly {
    readonly draft: EntryDraft;
    /** Written before members of its kind came later: no writer makes such an entry any more. */
    readonly isEarlier: boolean;
    readonly time: number;
    readonly header: string;
    readonly leaf: string;
    readonly details: readonly { readonly name: string; readonly salt: string; readonly value: string }[];
  }[];
  readonly roots: readonly string[];
}

interface CheckpointVector {
  readonly skey: string;
  readonly vkey: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly text: string;
  readonly note: string;
}

interface CommitmentVector {
  readonly name: string;
  readonly salt: string;
  readonly value: string;
  readonly commitment: string;
}

interface CosignatureVectors {
  /** Of the log. */
  readonly vkey: string;
  readonly text: string;
  /** Signed by the log only. */
  readonly signed: string;
  readonly cosignatures: readonly {
    readonly name: string;
    readonly skey: string;
    readonly vkey: string;
    readonly time: number;
    readonly payload: string;
    readonly line: string;
  }[];
  /** Cosigned by the first and the third. */
  readonly note: string;
  readonly policy: string;
}

interface ReceiptVectors {
  readonly origin: string;
  readonly skey: string;
  readonly vkey: string;
  readonly receipts: readonly {
    readonly index: number;
    readonly leaf: string;
    readonly time: number;
    readonly call: Id<'call'>;
    readonly kind: 'decided' | 'completed';
    readonly promiseSeconds: number;
    readonly text: string;
    readonly note: string;
    readonly compact: string;
  }[];
}

interface KeyVectors {
  readonly origin: string;
  readonly rootSkey: string;
  readonly rootVkey: string;
  readonly manifests: readonly {
    readonly serial: number;
    readonly text: string;
    readonly note: string;
    /** By size, the keys of each role that speak for the log. */
    readonly valid: Readonly<Record<string, Readonly<Record<'checkpoint' | 'receipt', readonly string[]>>>>;
  }[];
  readonly refused: readonly { readonly why: string; readonly note: string }[];
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../testdata/vectors/${file}`, import.meta.url), 'utf8'));
}

export const logVectors = read('log.json') as LogVectors;
export const checkpointVector = read('checkpoint.json') as CheckpointVector;
export const cosignatureVectors = read('cosignatures.json') as CosignatureVectors;
export const receiptVectors = read('receipts.json') as ReceiptVectors;
export const commitmentVectors = read('commitments.json') as readonly CommitmentVector[];
export const keyVectors = read('keys.json') as KeyVectors;
export const merkleVectors = read('merkle.json') as { readonly roots: readonly string[] };

/** The log of the vectors as a store would hold it. */
export function storedVectors(): readonly StoredEntry[] {
  return logVectors.entries.map((entry, index) => ({
    index,
    header: utf8(entry.header),
    leaf: hex(entry.leaf),
    details: entry.details.map(({ name, salt, value }) => ({ name, salt: hex(salt), value: utf8(value) })),
  }));
}

export function hex(text: string): Bytes {
  const bytes = fromHex(text);
  if (bytes === null) throw new TypeError(`\`${text}\` is not hex`);
  return bytes;
}
