import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendLeaf, EMPTY_RANGE, leafHash, nodeHash, rangeRoot } from '../merkle.ts';
import { proveInclusion, type ReadNode } from '../proof/prove.ts';
import { hex, receiptVectors } from '../testing/vectors.ts';
import { utf8 } from '../bytes.ts';
import { checkReceipt, promisedBy, type ReceiptEvidence } from './check.ts';
import type { Receipt } from './receipt.ts';

const [vector] = receiptVectors.receipts;
if (vector === undefined) throw new Error('the vectors hold no receipt');
const { origin } = receiptVectors;
const receipt: Receipt = { ...vector, origin, leaf: hex(vector.leaf), index: 5 };
const DUE = promisedBy(receipt);
const ANOTHER = leafHash(utf8('another entry'));

/** A log in which `leaf` stands where the receipt says that its entry does. */
function logWith(leaf: Uint8Array, size: number) {
  const leaves = Array.from({ length: size }, (_, at) =>
    at === receipt.index ? leaf : leafHash(utf8(`${at}`)),
  );
  const read: ReadNode = async ({ level, index }) => nodeAt(level, index);
  const nodeAt = (level: number, index: number): Uint8Array =>
    level === 0
      ? (leaves[index] ?? new Uint8Array())
      : nodeHash(nodeAt(level - 1, 2 * index), nodeAt(level - 1, 2 * index + 1));
  return {
    checkpoint: { origin, size, root: rangeRoot(leaves.reduce(appendLeaf, EMPTY_RANGE)) },
    entry: { index: receipt.index, leaf },
    proof: () => proveInclusion(receipt.index, size, read),
  };
}

const check = (evidence: Partial<ReceiptEvidence>) => checkReceipt(receipt, { now: DUE + 1, ...evidence });

describe('kept', () => {
  test('a checkpoint that covers the entry, with a proof, in time or not', async () => {
    const { checkpoint, entry, proof } = logWith(receipt.leaf, 9);
    const inclusionProof = await proof();
    for (const now of [0, DUE - 1, DUE + 1e9]) {
      expect(check({ checkpoint, inclusionProof, now })).toMatchObject({ verdict: 'kept', isProof: false });
      expect(check({ checkpoint, entry, inclusionProof, now }).verdict).toBe('kept');
    }
  });
});

describe('contradicted', () => {
  test('another entry at the place, fixed by a checkpoint: a proof that needs nobody’s word', async () => {
    const { checkpoint, entry, proof } = logWith(ANOTHER, 9);
    const found = check({ checkpoint, entry, inclusionProof: await proof() });
    expect(found).toMatchObject({ verdict: 'contradicted', isProof: true });
    expect(found.message).toMatch(/signed both.*auditors and witnesses/);
    expect(found.message).toContain('entry 5');
    expect(found.message).toContain('9 entries');
  });

  test('another entry in the log at hand, not shown to be under a checkpoint: found, and what would prove it is said', async () => {
    const { checkpoint, entry, proof } = logWith(ANOTHER, 9);
    const wrong = [...(await proof())].reverse();
    for (const evidence of [{ entry }, { entry, checkpoint }, { entry, checkpoint, inclusionProof: wrong }]) {
      const found = check(evidence);
      expect(found).toMatchObject({ verdict: 'contradicted', isProof: false });
      expect(found.message).toMatch(/Keep a copy/);
    }
  });
});

describe('a revoked key', () => {
  test('whatever stands in the log, what it signed after its revocation is no receipt', async () => {
    const kept = logWith(receipt.leaf, 9);
    const other = logWith(ANOTHER, 9);
    for (const { checkpoint, entry, proof } of [kept, other]) {
      const found = check({ checkpoint, entry, inclusionProof: await proof(), standing: 'revoked' });
      expect(found).toMatchObject({ verdict: 'revoked_key', isProof: false });
      expect(found.message).toContain('signed by a revoked key');
    }
  });

  test('what it signed before accuses the log only in the eyes of whoever knows that it was held before', async () => {
    const { checkpoint, entry, proof } = logWith(ANOTHER, 9);
    const inclusionProof = await proof();
    const found = check({ checkpoint, entry, inclusionProof, standing: 'revoked_since' });
    expect(found).toMatchObject({ verdict: 'contradicted', isProof: false });
    expect(found.message).toContain('revoked since');
    const kept = logWith(receipt.leaf, 9);
    const fine = check({
      checkpoint: kept.checkpoint,
      inclusionProof: await kept.proof(),
      standing: 'revoked_since',
    });
    expect([fine.verdict, fine.message.includes('revoked')]).toEqual(['kept', false]);
  });
});

describe('broken promise', () => {
  test('a checkpoint handed out after the promise ran out does not cover the entry', () => {
    const { checkpoint } = logWith(receipt.leaf, 5);
    const found = check({ checkpoint, checkpointAt: DUE + 1 });
    expect(found).toMatchObject({ verdict: 'broken_promise' });
    expect(found.message).toMatch(/auditors and witnesses/);
  });

  test('one that may be older than the promise accuses nobody', () => {
    const { checkpoint } = logWith(receipt.leaf, 5);
    expect(check({ checkpoint }).verdict).toBe('undecided');
    expect(check({ checkpoint, checkpointAt: DUE }).verdict).toBe('undecided');
    expect(check({ checkpoint, checkpointAt: Number.NaN }).verdict).toBe('undecided');
  });
});

describe('not yet due, and undecided', () => {
  test('before the promise runs out, nothing missing is held against the log', () => {
    const { checkpoint } = logWith(receipt.leaf, 5);
    expect(check({ now: DUE }).verdict).toBe('not_yet_due');
    expect(check({ checkpoint, checkpointAt: DUE - 1, now: DUE }).verdict).toBe('not_yet_due');
  });

  test('a proof that does not lead to the checkpoint shows nothing either way', async () => {
    const { checkpoint } = logWith(ANOTHER, 9);
    const inclusionProof = await logWith(receipt.leaf, 9).proof();
    expect(check({ checkpoint, inclusionProof: inclusionProof.slice(1) }).verdict).toBe('undecided');
    expect(check({ checkpoint: { ...checkpoint, root: receipt.leaf }, inclusionProof }).verdict).toBe(
      'undecided',
    );
  });

  test('a checkpoint of another log, another entry, or nothing at all', async () => {
    const { checkpoint, entry, proof } = logWith(receipt.leaf, 9);
    const other = { ...checkpoint, origin: 'elsewhere.example' };
    expect(check({ checkpoint: other, inclusionProof: await proof() }).verdict).toBe('undecided');
    expect(check({ entry: { ...entry, index: 6 } }).verdict).toBe('undecided');
    expect(check({ entry, checkpoint }).verdict).toBe('undecided');
    expect(check({ entry }).verdict).toBe('undecided');
    expect(check({}).verdict).toBe('undecided');
  });
});

test('whatever the evidence, there is a verdict, and only a signed contradiction is called a proof', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const number = fc.oneof(fc.double(), fc.maxSafeNat());
  const evidence = fc.record(
    {
      entry: fc.record({
        index: fc.oneof(fc.constant(receipt.index), number),
        leaf: fc.oneof(fc.constant(receipt.leaf), bytes),
      }),
      checkpoint: fc.record({ origin: fc.constantFrom(origin, ''), size: number, root: bytes }),
      inclusionProof: fc.array(bytes, { maxLength: 80 }),
      checkpointAt: number,
      now: number,
    },
    { requiredKeys: ['now'] },
  );
  fc.assert(
    fc.property(evidence, number, (found, time) => {
      const { verdict, isProof, message } = checkReceipt({ ...receipt, time }, found);
      expect(message).not.toBe('');
      expect(isProof && verdict !== 'contradicted').toBe(false);
      // Bytes at random do not hash to a root.
      expect(isProof || verdict === 'kept').toBe(false);
    }),
    { numRuns: 2000 },
  );
});
