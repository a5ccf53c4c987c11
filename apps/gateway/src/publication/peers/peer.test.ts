// Another log, as it is served over HTTP, that grows, rests, is put back, or shows two histories.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDraft } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHeadFile } from '../../checkpoints/head-file.ts';
import type { CommitRequest } from '../../store/types.ts';
import { createTestLog, type TestLog } from '../../witness/testing/test-log.ts';
import { createPeer, type Peer } from './peer.ts';
import { peerGauges } from './peers.ts';

const TOKEN = 'a-token';
const NOW = 1_790_000_000_000;

let folder: string;
let log: TestLog;
let server: Server;
let url: string;
/** What is handed out: the checkpoint, and whose leaves the tiles have. */
let shown: { readonly note: string; readonly size: number; readonly of: TestLog } | null;
let written: EntryDraft[];
let told: string[];
let isLogFull: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-peer-'));
  log = await createTestLog();
  [shown, written, told, isLogFull] = [null, [], [], false];
  server = createServer((request, response) => {
    const tile = /^\/log\/tile\/0\/000\.p\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (shown !== null && request.url === '/log/checkpoint') return response.end(shown.note);
    if (shown === null || tile === undefined) return response.writeHead(404).end();
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end();
    const { of } = shown;
    return response.end(Buffer.concat(Array.from({ length: Number(tile) }, (_, at) => of.leaf(at))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const open = (token: string | null = TOKEN): Promise<Peer> =>
  createPeer({
    key: log.verifier,
    url,
    token,
    held: createHeadFile(join(folder, 'held')),
    conflict: createHeadFile(join(folder, 'conflict')),
    writer: {
      commit: async ({ entries }: CommitRequest) => {
        if (isLogFull) return { ok: false, code: 'log_unavailable', message: 'disk full' };
        written.push(...entries);
        return { ok: true, receipts: [] };
      },
    },
    now: () => NOW,
    tell: (message) => void told.push(message),
  });

async function show(size: number, of = log): Promise<void> {
  shown = { note: await of.note(size), size, of };
}

/** Looks once, and gives back how the peer then stands. */
async function after(peer: Peer, size: number, of = log) {
  await show(size, of);
  await peer.look(AbortSignal.timeout(5000));
  return peer.status();
}
const sizes = (): unknown[] =>
  written.map(({ kind, body }) => (kind === 'checkpoint.received' ? body.size : kind));

describe('an honest log', () => {
  test('is recorded as it grows, and not while it rests', async () => {
    const peer = await open();
    expect(await after(peer, 3)).toMatchObject({ size: 3, seenAt: NOW, isConsistent: null, error: null });
    expect(await after(peer, 3)).toMatchObject({ size: 3 });
    expect(await after(peer, 9)).toMatchObject({ size: 9, isConsistent: true, misconduct: null });
    expect(sizes()).toEqual([3, 9]);
    expect([written[0]?.details, told]).toEqual([{ note: await log.note(3) }, []]);
    // After a restart it goes on from what is held.
    expect(await after(await open(), 11)).toMatchObject({ size: 11, isConsistent: true });
  });

  test('is believed to have grown without access to its tiles, and that it did is left open', async () => {
    const peer = await open(null);
    await after(peer, 3);
    expect(await after(peer, 9)).toMatchObject({ size: 9, isConsistent: null, misconduct: null });
  });

  test('that cannot be reached, or is not the one that was named, is told of once, and again when it is there', async () => {
    const peer = await open();
    await peer.look(AbortSignal.timeout(5000));
    await peer.look(AbortSignal.timeout(5000));
    expect(peer.status()).toMatchObject({ size: 0, error: expect.stringContaining('status 404') });
    expect(await after(peer, 3, await createTestLog())).toMatchObject({
      size: 0,
      error: expect.stringContaining('not signed by its key'),
    });
    expect(told).toHaveLength(1);
    expect(await after(peer, 3)).toMatchObject({ size: 3, error: null });
    expect(told[1]).toContain('checkpoints again');
  });

  test('is taken again where it could not be recorded', async () => {
    const peer = await open();
    isLogFull = true;
    expect(await after(peer, 3)).toMatchObject({ size: 0, error: expect.stringContaining('recorded') });
    isLogFull = false;
    expect(await after(peer, 3)).toMatchObject({ size: 3, error: null });
  });

  test('is not accused where its access was taken away', async () => {
    await after(await open(), 3);
    const peer = await open('another-token');
    expect(await after(peer, 9)).toMatchObject({
      size: 3,
      misconduct: null,
      error: expect.stringContaining('401'),
    });
  });
});

describe('a log that contradicts itself', () => {
  test('with another root for the same size has signed two histories, which is kept and recorded once', async () => {
    const peer = await open(null);
    await after(peer, 9);
    const forked = await after(peer, 9, log.fork(5));
    expect(forked.misconduct).toContain('two histories');
    await after(peer, 9, log.fork(5));
    expect(sizes()).toEqual([9, 9]);
    expect(told.filter((message) => message.includes('two histories'))).toHaveLength(1);
    expect((await open(null)).status().misconduct).toContain('two histories');
    const [, , misconduct] = peerGauges([peer.status()], NOW);
    expect(misconduct?.samples).toEqual([{ labels: { peer: log.origin }, value: 1 }]);
  });

  test('that grew on other entries than those that were held is found by its tiles', async () => {
    const peer = await open();
    await after(peer, 9);
    const forked = await after(peer, 12, log.fork(5));
    expect(forked).toMatchObject({ size: 9, isConsistent: false });
    expect(forked.misconduct).toContain('two histories');
    // Back on the history that was held, it is still the log that signed another.
    expect((await after(peer, 10)).misconduct).toContain('two histories');
  });

  test('that hands out fewer entries than before is an alarm, on record, until it goes on', async () => {
    const peer = await open();
    await after(peer, 9);
    const behind = await after(peer, 4);
    expect(behind).toMatchObject({ size: 9, misconduct: expect.stringContaining('after one of 9') });
    await after(peer, 4);
    expect(sizes()).toEqual([9, 4]);
    expect(await after(peer, 10)).toMatchObject({ size: 10, misconduct: null });
  });
});
