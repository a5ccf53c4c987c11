// The gateway's store, with calls recorded in it on request: POST /<calls a second>/<seconds> to the socket of `BENCH_CALLS` answers
// how many were recorded, when all are.
import { createServer } from 'node:http';
import { newId } from '@countersign/audit';
import {
  openStore as open,
  type SqliteStoreOptions,
} from '../apps/gateway/src/store/sqlite/requests/client.ts';
import type { Store } from '../apps/gateway/src/store/store.ts';
import { completed, decided } from '../apps/gateway/src/store/testing-drafts.ts';

const TICK_MS = 20;

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
  const decision = await store.commit({ entries: [decided(ids, {}, { caller })] });
  const [receipt] = decision.ok ? decision.receipts : [];
  if (receipt === undefined) throw new Error(JSON.stringify(decision));
  const outcome = await store.commit({ entries: [completed(ids, receipt.index)] });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
}
