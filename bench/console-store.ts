// The gateway's store, with calls recorded in it on request: POST /<calls a second>/<seconds> to the socket of `BENCH_CALLS` answers
// how many were recorded, when all are.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EntryDraft, newId } from '@countersign/audit';
import {
  openStore as open,
  type SqliteStoreOptions,
} from '../apps/gateway/src/store/sqlite/requests/client.ts';
import type { Store } from '../apps/gateway/src/store/store.ts';
import { completed, decided } from '../apps/gateway/src/store/testing-drafts.ts';

const TICK_MS = 20;
const AGAIN_MS = 250;
const MOST_TRIES = 120;

/** As the gateway's own. */
export async function openStore(options: SqliteStoreOptions): Promise<Store> {
  const store = await open(options);
  const server = createServer((request, response) => {
    const [, perSecond = '0', seconds = '0'] = (request.url ?? '').split('/');
    void record(store, Number(perSecond), Number(seconds)).then((count) => response.end(String(count)));
  });
  server.listen(process.env['BENCH_CALLS']);
  return {
    ...store,
    async close() {
      server.close();
      await store.close();
    },
  };
}

/** One decision and one outcome for each call, each committed by itself, as calls are. */
async function record(store: Store, perSecond: number, seconds: number): Promise<number> {
  const wanted = perSecond * seconds;
  const began = performance.now();
  const under: Promise<void>[] = [];
  const ended = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    const due = Math.min(wanted, ((performance.now() - began) / 1000) * perSecond);
    while (under.length < due) under.push(recordOne(store, under.length));
    if (under.length >= wanted) ended.resolve();
  }, TICK_MS);
  await ended.promise;
  clearInterval(timer);
  await Promise.all(under);
  return under.length;
}

async function recordOne(store: Store, at: number): Promise<void> {
  const ids = { call: newId('call'), chain: newId('chain'), agent: newId('agt') };
  const caller = JSON.stringify({ agent: `tail-${at % 7}`, owner: 'ida', team: 'team-0' });
  const index = await recordEntry(store, decided(ids, {}, { caller }));
  await recordEntry(store, completed(ids, index));
}

/** Where it stands. Whoever is told that the log does not keep up waits and asks again, as callers of a gateway do. */
async function recordEntry(store: Store, entry: EntryDraft): Promise<number> {
  for (let tries = MOST_TRIES; ; tries -= 1) {
    const outcome = await store.commit({ entries: [entry] });
    const [receipt] = outcome.ok ? outcome.receipts : [];
    if (receipt !== undefined) return receipt.index;
    if (tries === 0 || outcome.ok || outcome.code !== 'log_unavailable')
      throw new Error(JSON.stringify(outcome));
    await sleep(AGAIN_MS);
  }
}
