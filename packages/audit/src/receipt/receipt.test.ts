import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../checkpoint.ts';
import { signNote } from '../note.ts';
import { generateNoteKey, importNoteSigner, importNoteVerifier } from '../note-key.ts';
import { hex, receiptVectors } from '../testing/vectors.ts';
import { compactReceipt, expandReceipt } from './compact.ts';
import { openReceipt, parseReceipt, parseReceiptText, type Receipt, signReceipt } from './receipt.ts';

const { origin, skey, vkey, receipts } = receiptVectors;
const [first] = receipts;
if (first === undefined) throw new Error('the vectors hold no receipt');

async function keys(secret = skey, open = vkey) {
  const signer = await importNoteSigner(secret);
  const verifier = await importNoteVerifier(open);
  if (!signer.ok || !verifier.ok) throw new Error('the key cannot be imported');
  return { signer: signer.value, verifier: verifier.value };
}

const keysNamed = async (name: string) => {
  const pair = await generateNoteKey(name);
  return keys(pair.skey, pair.vkey);
};

const receiptOf = ({
  text: _t,
  note: _n,
  compact: _c,
  leaf,
  ...rest
}: (typeof receipts)[number]): Receipt => ({
  origin,
  leaf: hex(leaf),
  ...rest,
});

describe('what an independent implementation wrote', () => {
  test.each(receipts)(
    '$kind at $index: signed, opened and shortened the same, byte for byte',
    async (vector) => {
      const { signer, verifier } = await keys();
      expect(await signReceipt(receiptOf(vector), signer)).toBe(vector.note);
      expect(await openReceipt(vector.note, [verifier])).toEqual({
        ok: true,
        value: { ...receiptOf(vector), signedBy: [verifier] },
      });
      expect(compactReceipt(vector.note)).toBe(vector.compact);
      expect(expandReceipt(vector.compact)).toEqual({ ok: true, value: vector.note });
    },
  );

  test('there are receipts of both kinds', () => {
    expect(new Set(receipts.map(({ kind }) => kind))).toEqual(new Set(['decided', 'completed']));
  });
});

describe('whose word it is', () => {
  test('a changed receipt is refused', async () => {
    const { verifier } = await keys();
    const changed = first.note.replace(`\n${first.index}\n`, `\n${first.index + 1}\n`);
    expect(await openReceipt(changed, [verifier])).toMatchObject({
      ok: false,
      error: { code: 'signature_invalid' },
    });
  });

  test('one signed by the key of the log itself, or of another log’s receipts, is not this log’s', async () => {
    for (const name of [origin, 'elsewhere.example/receipts']) {
      const { signer, verifier } = await keysNamed(name);
      const note = await signNote(first.text, signer);
      expect(await openReceipt(note, [verifier])).toMatchObject({
        ok: false,
        error: { code: 'signature_missing' },
      });
      await expect(signReceipt(receiptOf(first), signer)).rejects.toThrow('receipt key');
    }
  });

  test('a receipt is no checkpoint and a checkpoint no receipt, whoever signed them', async () => {
    const log = await keysNamed(origin);
    const own = await keys();
    expect((await openCheckpoint(first.note, [own.verifier, log.verifier])).ok).toBe(false);
    const checkpoint = await signCheckpoint({ origin, size: 9, root: hex(first.leaf) }, log.signer);
    expect(await openReceipt(checkpoint, [own.verifier, log.verifier])).toMatchObject({ ok: false });
  });
});

const lines = first.text.split('\n');
const withLine = (at: number, line: string) =>
  lines.map((own, index) => (index === at ? line : own)).join('\n');

test.each([
  ['another version', withLine(0, 'countersign/receipt/2')],
  ['no origin', withLine(1, '')],
  ['an origin with a space', withLine(1, 'a b')],
  ['a leading zero', withLine(2, '07')],
  ['a negative index', withLine(2, '-1')],
  ['an index beyond 2^53', withLine(2, '9007199254740992')],
  ['a short leaf hash', withLine(3, 'AAAA')],
  ['a leaf hash without padding', withLine(3, (lines[3] ?? '').slice(0, -1))],
  ['a time with a fraction', withLine(4, '1.5')],
  ['a call of another kind of id', withLine(5, `chain_${'0'.repeat(32)}`)],
  ['a kind that is none', withLine(6, 'denied')],
  ['a promise of nothing', withLine(7, '0')],
  ['a promise for ever', withLine(7, '9007199254740991')],
  ['a line more', `${first.text}more\n`],
  ['a blank line more', `${first.text}\n`],
  ['a line less', lines.slice(0, 7).join('\n')],
  ['no final newline', first.text.slice(0, -1)],
  ['nothing', ''],
])('refuses a receipt with %s', (_case, text) => {
  expect(parseReceiptText(text)).toMatchObject({ ok: false, error: { code: 'receipt_malformed' } });
});

test.each([
  ['index', { index: 1.5 }],
  ['leaf', { leaf: new Uint8Array(31) }],
  ['promise', { promiseSeconds: 0 }],
  ['time', { time: Number.NaN }],
])('never signs an impossible %s', async (_field, wrong) => {
  const { signer } = await keys();
  await expect(signReceipt({ ...receiptOf(first), ...wrong }, signer)).rejects.toThrow(TypeError);
});

function written({ origin: name, index, leaf, time, call, kind, promiseSeconds }: Receipt): string {
  const hash = Buffer.from(leaf).toString('base64');
  return ['countersign/receipt/1', name, index, hash, time, call, kind, promiseSeconds].join('\n');
}

describe('in hostile hands', () => {
  test('whatever text there is, reading it ends in a value, and what is read is what was written', () => {
    const spoilt = fc
      .tuple(fc.nat(first.note.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, cut, put]) => first.note.slice(0, at) + put + first.note.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseReceipt(text);
        expect(!parsed.ok || text.startsWith(`${written(parsed.value)}\n\n`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('no two lines stand for one note', () => {
    const { compact, note } = first;
    for (const other of [
      `${compact}=`,
      `${compact} `,
      ` ${compact}`,
      compact.slice(0, -1),
      `${compact}\n`,
      '',
      'é',
    ])
      expect(expandReceipt(other), other.slice(-8)).not.toEqual({ ok: true, value: note });
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_'), maxLength: 40 }),
        (text) => {
          const expanded = expandReceipt(text);
          return !expanded.ok || compactReceipt(expanded.value) === text;
        },
      ),
    );
    expect(expandReceipt('A'.repeat(20_000))).toMatchObject({ ok: false });
  });
});
