// A process that commits calls as fast as it can and tells on standard output what was acknowledged, until it is
// killed, has committed enough, or its store dies. Arguments: data folder, origin, node id, checkpoint key and, to end in
// order, a number of calls.
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Id } from '@countersign/audit';
import { completed, decided, newCall } from '../../testing-drafts.ts';
import type { CommitRequest, EntryReceipt } from '../../types.ts';
import { openStore } from '../requests/client.ts';

const CALLERS = 8;
/** How the process ends when its store does. */
const DIED = 3;

const [dataDir = '', origin = '', node = '', checkpointKey = '', most = 'Infinity'] = process.argv.slice(2);
const store = await openStore({
  dataDir,
  origin,
  node: node as Id<'node'>,
  checkpointKey,
  now: Date.now,
  checkpointIntervalMs: 10,
});
// At once, and not when the thread gets round to it: whoever reads this must know it before anything later happens.
const tell = (line: string): void => void writeSync(1, `${line}\n`);
let isDead = false;
void store.died.then((reason) => {
  isDead = true;
  tell(`died ${reason.replaceAll('\n', ' ')}`);
  process.exit(DIED);
});

/** Commits until it is acknowledged: a disk may be full for a while. */
async function commit(request: CommitRequest): Promise<EntryReceipt> {
  for (;;) {
    const result = await store.commit(request);
    const [receipt] = result.ok ? result.receipts : [];
    if (receipt !== undefined) {
      tell(`${receipt.index} ${receipt.leaf}`);
      return receipt;
    }
    if (result.ok || result.code !== 'log_unavailable') throw new Error(JSON.stringify(result));
    if (isDead) return new Promise(() => {});
    tell('unavailable');
    await wait(10);
  }
}

let calls = 0;
async function callOn(): Promise<void> {
  while (calls < Number(most)) {
    calls += 1;
    const ids = newCall();
    const { index } = await commit({ entries: [decided(ids)] });
    await commit({ entries: [completed(ids, index)] });
  }
}

await Promise.all(Array.from({ length: CALLERS }, callOn));
await store.close();
