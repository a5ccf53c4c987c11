import { fromHex, importNoteVerifier, openTlogProof, verifyConsistency } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EntryProof, GrowthProof } from '../../proofs/log-proofs.ts';
import { nodeStopped } from '../../store/testing-drafts.ts';
import { type Ran, runCommand } from '../testing/command-line.ts';
import { type ServedAdmin, serveAdmin } from '../testing/served-admin.ts';

let admin: ServedAdmin;
let size: number;
beforeAll(async () => {
  admin = await serveAdmin();
  await admin.store.commit({ entries: Array.from({ length: 300 }, nodeStopped) });
  ({ size } = admin.store.health());
  await vi.waitFor(
    async () => {
      if ((await admin.store.readers.log.latestCheckpoint())?.size !== size)
        throw new Error('not signed yet');
    },
    { timeout: 20_000, interval: 50 },
  );
});
afterAll(() => admin.close());

const offline = (line: string): Promise<Ran> => admin.cli(`log proof ${line}`);
const online = (line: string): Promise<Ran> =>
  runCommand(`log proof ${line} --url ${admin.url} --token ${admin.adminToken}`);

describe.each([
  ['from a data folder', offline],
  ['from a gateway', online],
])('countersign log proof, %s', (_, prove) => {
  it('proves an entry with a text that stands by itself', async () => {
    const { code, out } = await prove('7');
    expect(code).toBe(0);
    const key = await importNoteVerifier(admin.vkey);
    if (!key.ok) throw new Error(key.error.message);
    const stored = await admin.store.readers.log.entry(7);
    const opened = await openTlogProof(`${out}\n`, stored?.leaf ?? new Uint8Array(), [key.value]);
    expect(opened).toMatchObject({ ok: true, value: { index: 7, checkpoint: { size } } });
  });

  it('proves an entry in a smaller log in numbers, since nobody signed that size', async () => {
    const { code, out } = await prove('7 --size 9 --json');
    expect([code, (JSON.parse(out) as EntryProof).checkpoint]).toEqual([0, null]);
    const text = await prove('7 --size 9');
    expect([text.code, text.err]).toEqual([
      1,
      expect.stringContaining('no checkpoint of 9 entries was signed'),
    ]);
  });

  it('proves that the log only grew', async () => {
    const proof = JSON.parse((await prove('--from 100 --to 256 --json')).out) as GrowthProof;
    const hash = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
    const claim = {
      older: { size: 100, root: hash(proof.fromRoot) },
      newer: { size: 256, root: hash(proof.toRoot) },
    };
    expect(verifyConsistency(claim, proof.proof.map(hash))).toBe(true);
    const { code, out } = await prove('--from 100');
    expect([code, out]).toEqual([0, expect.stringMatching(/^old 100\n/)]);
  });

  it.each([
    ['100000', 1, /has no entry 100000/],
    ['7 --size 100000', 1, /the newest checkpoint covers/],
    ['--from 9 --to 8', 1, /never had 9/],
    ['', 2, /nothing to prove/],
    ['7 --to 9', 2, /`--to` goes with `--from`/],
    ['7 --from 3', 2, /leave out the index/],
    ['7.5', 2, /give a whole number/],
    ['seven', 2, /`index` is `seven`/],
  ])('ends in order where there is nothing to prove: `%s`', async (line, code, message) => {
    const ran = await prove(line);
    expect([ran.code, ran.err]).toEqual([code, expect.stringMatching(message)]);
  });
});
