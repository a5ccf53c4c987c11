// Entry of the writer thread: opens the log, or says why not, then hands over to the loop. The only code that ever
// holds a connection that can write rows.
import { parentPort, workerData } from 'node:worker_threads';
import { importNoteSigner, type NoteSigner } from '@countersign/audit';
import { createHeadFile } from '../../../checkpoints/head-file.ts';
import { lockHeadFile } from '../../../checkpoints/head-lock.ts';
import { type KeptHead, keptOf } from '../../../checkpoints/kept-head.ts';
import { dataPaths } from '../../paths.ts';
import { openKeys } from '../../payload/open.ts';
import { createPayloads } from '../../payload/payloads.ts';
import { StoreError } from '../../store-error.ts';
import { createAside } from './aside.ts';
import { messageOf, remedyOf } from '../faults.ts';
import { loadHead } from './head.ts';
import { createTreeExtender } from '../tree/extend-tree.ts';
import { createKeyring } from '../tree/keyring.ts';
import { migrate } from '../migrate.ts';
import { lockDataFolder, openForReading, openForWriting } from '../open.ts';
import { unpackRequests } from '../requests/pack-requests.ts';
import type { FromWriter, ToWriter, WriterData } from '../requests/requests.ts';
import { createSigner } from '../tree/signer.ts';
import { createWriter } from './writer.ts';
import { startWriterLoop, type WriterLoop } from './writer-loop.ts';

const port = parentPort;
if (port === null) throw new Error('the writer runs as a worker thread: use openStore');
const post = (message: FromWriter, memory: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, memory);

async function open(data: WriterData): Promise<{ readonly loop: WriterLoop; readonly size: number }> {
  const paths = dataPaths(data.dataDir);
  const unlockData = lockDataFolder(data.dataDir, paths);
  const unlockHead = data.headFile === paths.checkpoint ? () => {} : lockHeadFile(data.headFile);
  const head = createHeadFile(data.headFile);
  const db = openForWriting(paths.database);
  migrate(db);
  if (loadHead(db, data.origin) === null && data.opening === null) await requireNoHead(head);
  const firstKey = await signerOf(data.checkpointKey);
  const laterKeys = await Promise.all(data.laterCheckpointKeys.map(signerOf));
  const vault = await openKeys(db, { ...data, place: data.payload });
  const reader = openForReading(paths.database, 256);
  const aside = createAside(createTreeExtender(reader), { path: paths.database, cacheKiB: 2000 });
  const writer = createWriter(db, {
    ...data,
    ...createPayloads(db, vault, data.origin),
    pack: (ask) => aside.pack(ask),
  });
  const replaces = data.opening?.replaces ?? null;
  const replaced = replaces === null ? null : keptOf(replaces, head.place);
  const signer = await createSigner(db, reader, writer.head, {
    origin: data.origin,
    reread: aside,
    keyring: createKeyring(db, { origin: data.origin, signers: [firstKey, ...laterKeys], now: Date.now }),
    head,
    continues: replaced,
  });
  if (data.testingOnlyMaxPages !== null) db.pragma(`max_page_count = ${data.testingOnlyMaxPages}`);
  const { checkpointIntervalMs } = data;
  const end = (): void => {
    void aside.close();
    reader.close();
    db.close();
    vault.close();
    unlockHead();
    unlockData();
    port?.close();
  };
  const size = writer.head.size;
  return { loop: startWriterLoop({ db, writer, signer, aside, checkpointIntervalMs, post, end }), size };
}

async function signerOf(skey: string): Promise<NoteSigner> {
  const signer = await importNoteSigner(skey);
  if (!signer.ok) throw new StoreError('wrong_origin', signer.error.message);
  return signer.value;
}

/** A log begins only where none was signed before. */
async function requireNoHead(head: KeptHead): Promise<void> {
  const kept = await head.read();
  if (kept === null) return;
  throw new StoreError(
    'rolled_back',
    `\`${head.place}\` keeps the head of \`${kept.origin}\` with ${kept.size} entries, and the database has none of them: restore the database, or use a new data folder`,
  );
}

try {
  const { loop, size } = await open(workerData as WriterData);
  port.on('message', (message: ToWriter) => {
    if (message.type === 'commit') loop.submit(unpackRequests(message));
    else if (message.type === 'sign') void loop.signNow(message.id);
    else void loop.close();
  });
  post({ type: 'ready', size });
} catch (error) {
  const { dataDir: place } = workerData as WriterData;
  post({
    type: 'refused',
    code: error instanceof StoreError ? error.code : 'unavailable',
    message:
      error instanceof StoreError
        ? error.message
        : `the store of \`${place}\`: ${messageOf(error)}${remedyOf(error)}`,
  });
  port.close();
}
