// What every place for the kept head must do, whatever it is made of: a file today, an object store with conditional
// writes or a quorum of witnesses tomorrow (DESIGN section 9).
import { generateNoteKey, importNoteSigner, sha256, signCheckpoint, utf8 } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kept, type KeptHead, keptOf } from './kept-head.ts';

/** One place, empty at first. */
export interface KeptHeadHarness {
  /** A fresh connection to the same place, as another process would have it. */
  open(): KeptHead;
  /** Puts any bytes there, behind the back of the interface. */
  overwrite(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** A signed head of `size` entries of a log. */
export async function signedHead(size: number, origin = 'test.example/log'): Promise<Kept> {
  const { skey } = await generateNoteKey(origin);
  const signer = await importNoteSigner(skey);
  if (!signer.ok) throw new Error(signer.error.message);
  const root = sha256(utf8(String(size)));
  return keptOf(await signCheckpoint({ origin, size, root }, signer.value), 'a test');
}

export function describeKeptHead(name: string, createHarness: () => Promise<KeptHeadHarness>): void {
  describe(`kept head contract: ${name}`, () => {
    let harness: KeptHeadHarness;
    let [one, two, three]: Kept[] = [];
    beforeEach(async () => {
      harness = await createHarness();
      [one, two, three] = await Promise.all([1, 2, 3].map((size) => signedHead(size)));
    });
    afterEach(() => harness.remove());
    const heads = (): [Kept, Kept, Kept] => {
      if (one === undefined || two === undefined || three === undefined) throw new Error('no heads');
      return [one, two, three];
    };

    it('is null until something is kept', async () => {
      expect(await harness.open().read()).toBeNull();
    });

    it('gives back what was kept last, byte by byte, to whoever asks next', async () => {
      const [first, second] = heads();
      const head = harness.open();
      expect(await head.swap(null, first)).toBe('written');
      expect(await head.read()).toEqual(first);
      expect(await head.swap(first, second)).toBe('written');
      expect(await harness.open().read()).toEqual(second);
    });

    it('puts nothing in the place of what it was not told of', async () => {
      const [first, second, third] = heads();
      const head = harness.open();
      await head.swap(null, first);
      expect(await head.swap(null, second)).toBe('conflict');
      expect(await head.swap(second, third)).toBe('conflict');
      expect(await head.read()).toEqual(first);
    });

    it('says conflict where it is to replace a head and nothing is kept', async () => {
      const [first, second] = heads();
      expect(await harness.open().swap(first, second)).toBe('conflict');
      expect(await harness.open().read()).toBeNull();
    });

    it('compares the whole note: another signature over the same size and root is another head', async () => {
      const [first, second] = heads();
      const again = await signedHead(1);
      expect([again.size, again.root]).toEqual([first.size, first.root]);
      await harness.open().swap(null, first);
      expect(await harness.open().swap(again, second)).toBe('conflict');
    });

    it('lets another log take over where the head before is named', async () => {
      const [first] = heads();
      const other = await signedHead(1, 'other.example/log');
      await harness.open().swap(null, first);
      expect(await harness.open().swap(first, other)).toBe('written');
      expect(await harness.open().read()).toMatchObject({ origin: 'other.example/log', size: 1 });
    });

    it.each([
      ['cut off', (note: string) => note.slice(0, -20)],
      ['cut off before its signatures', (note: string) => note.slice(0, note.indexOf('\n\n'))],
      ['empty', () => ''],
      ['something else', () => 'not a note\n'],
    ])('is unreadable, and never taken for nothing, when what is there is %s', async (_what, damage) => {
      const [first, second] = heads();
      await harness.open().swap(null, first);
      await harness.overwrite(damage(first.note));
      await expect(harness.open().read()).rejects.toMatchObject({ code: 'unreadable' });
      expect(await harness.open().swap(null, second)).toBe('conflict');
      expect(await harness.open().swap(first, second)).toBe('conflict');
    });
  });
}
