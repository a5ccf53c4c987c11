// A process that commits calls as fast as it can and tells on standard output what was acknowledged, until it is
// killed. Arguments: data folder, origin, node id, checkpoint key.
import type { Id } from '@countersign/audit';
import { completed, decided, newCall } from '../testing-drafts.ts';
import { openStore } from './client.ts';

const [dataDir = '', origin = '', node = '', checkpointKey = ''] = process.argv.slice(2);
const store = await openStore({
  dataDir,
  origin,
  node: node as Id<'node'>,
  checkpointKey,
  now: Date.now,
  checkpointIntervalMs: 10,
});

async function callForEver(): Promise<void> {
  for (;;) {
    const ids = newCall();
    const allowed = await store.commit({ entries: [decided(ids)] });
    if (!allowed.ok) throw new Error(JSON.stringify(allowed));
    const index = allowed.receipts[0]?.index ?? 0;
    process.stdout.write(`${index} ${allowed.receipts[0]?.leaf}\n`);
    const ended = await store.commit({ entries: [completed(ids, index)] });
    if (!ended.ok) throw new Error(JSON.stringify(ended));
    process.stdout.write(`${ended.receipts[0]?.index} ${ended.receipts[0]?.leaf}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, callForEver));
