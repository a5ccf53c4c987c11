// What signs may be anything: here it is another process. Whatever it answers, nothing is released that was not verified,
// and nothing before it is kept outside the database.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  generateNoteKey,
  importNoteSigner,
  type NoteSigner,
  openCheckpoint,
  importNoteVerifier,
} from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kept, type KeptHead, KeptHeadError } from '../../../checkpoints/kept-head.ts';
import { nodeStopped } from '../../testing-drafts.ts';
import { createKeyring } from './keyring.ts';
import { openForReading } from '../open.ts';
import { createSigner, type Signer } from './signer.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createWriter, type Writer } from '../writer/writer.ts';

describe('the signer of heads', () => {
  let test: TestDatabase;
  let writer: Writer;
  let skey: string;
  let vkey: string;
  let processes: ChildProcess[];
  /** What happened, in order. */
  let steps: string[];
  let kept: Kept | null;
  let readers: ReturnType<typeof openForReading>[];
  beforeEach(async () => {
    test = createTestDatabase();
    writer = createWriter(test.db, test.options);
    ({ skey, vkey } = await generateNoteKey(test.options.origin));
    [processes, steps, kept, readers] = [[], [], null, []];
  });
  afterEach(async () => {
    for (const child of processes) {
      child.disconnect();
      await once(child, 'exit');
    }
    for (const reader of readers) reader.close();
    test.remove();
  });

  /** A signer in a process of its own, that alone has the secret. */
  async function signerElsewhere(answer: 'honest' | 'other bytes' = 'honest'): Promise<NoteSigner> {
    const child = fork(new URL('testing-signer-process.ts', import.meta.url), [skey, answer], {
      serialization: 'advanced',
    });
    processes.push(child);
    const here = await importNoteSigner(skey);
    if (!here.ok) throw new Error(here.error.message);
    return {
      name: here.value.name,
      keyHash: here.value.keyHash,
      vkey: here.value.vkey,
      async sign(message) {
        steps.push('signed');
        child.send(message);
        const [signature] = (await once(child, 'message')) as [Uint8Array];
        return signature;
      },
    };
  }

  const memory: KeptHead = {
    place: 'memory',
    read: async () => kept,
    async swap(expected, next) {
      if (kept?.note !== expected?.note) return 'conflict';
      steps.push(`kept ${next.size}, stored ${stored()}`);
      kept = next;
      return 'written';
    },
  };
  const stored = (): number =>
    test.db.prepare<[], number>('SELECT coalesce(max(size), 0) FROM checkpoints').pluck().get() ?? -1;
  async function open(signer: NoteSigner, head: KeptHead = memory): Promise<Signer> {
    const { origin } = test.options;
    const keyring = createKeyring(test.db, { origin, signers: [signer], now: () => 0 });
    const reader = openForReading(test.path);
    readers.push(reader);
    return createSigner(test.db, reader, writer.head, { origin, keyring, head, continues: null });
  }
  const append = (): void => {
    const request = { entries: [nodeStopped()] };
    expect(writer.apply([{ id: 1, time: 1_000_000, bytes: 1, request }]).failure).toBeNull();
  };

  it('signs by another process, keeps the head, and only then stores it', async () => {
    const signer = await open(await signerElsewhere());
    for (const size of [1, 2, 3]) {
      const { note } = await signer.sign(writer.head);
      const verifier = await importNoteVerifier(vkey);
      if (!verifier.ok) throw new Error(verifier.error.message);
      expect(await openCheckpoint(note, [verifier.value])).toMatchObject({ ok: true, value: { size } });
      append();
    }
    const stepsOf = (size: number): string[] => ['signed', `kept ${size}, stored ${size - 1}`];
    expect(steps).toEqual([1, 2, 3].flatMap(stepsOf));
  });

  it('releases nothing that the signer signed wrongly', async () => {
    const signer = await open(await signerElsewhere('other bytes'));
    await expect(signer.sign(writer.head)).rejects.toMatchObject({ code: 'damaged' });
    expect([kept, stored()]).toEqual([null, 0]);
  });

  it('may be asked again when the signer did not answer', async () => {
    const honest = await signerElsewhere();
    let isThere = false;
    const sign: NoteSigner['sign'] = (message) =>
      isThere ? honest.sign(message) : Promise.reject(new Error('secret service down'));
    const signer = await open({ ...honest, sign });
    const refused = { code: 'key_unavailable', message: expect.not.stringContaining('secret') };
    await expect(signer.sign(writer.head)).rejects.toMatchObject(refused);
    isThere = true;
    expect(await signer.sign(writer.head)).toMatchObject({ size: 1 });
  });

  it('goes on from whatever was kept when it is not known whether that succeeded', async () => {
    const here = await importNoteSigner(skey);
    if (!here.ok) throw new Error(here.error.message);
    let fault: 'before' | 'after' | null = 'before';
    const flaky: KeptHead = {
      ...memory,
      async swap(expected, next) {
        const now = fault;
        fault = null;
        if (now === 'before') throw new KeptHeadError('unavailable', 'disk full');
        const result = await memory.swap(expected, next);
        if (now === 'after') throw new KeptHeadError('unavailable', 'no answer');
        return result;
      },
    };
    const signer = await open(here.value, flaky);
    for (const at of ['before', 'after'] as const) {
      fault = at;
      await expect(signer.sign(writer.head)).rejects.toMatchObject({ code: 'unavailable' });
      append();
      expect((await signer.sign(writer.head)).size).toBe(writer.head.size);
      expect(kept?.size).toBe(writer.head.size);
      append();
    }
  });

  it('signs one size once', async () => {
    const signer = await open(await signerElsewhere());
    const notes = [await signer.sign(writer.head), await signer.sign(writer.head)].map(({ note }) => note);
    expect(notes[0]).toBe(notes[1]);
    expect(steps).toEqual(['signed', 'kept 1, stored 0']);
  });
});
