// Entry of the writer thread: opens the log, or says why not, then hands over to the loop. The only code that ever
// holds a connection that can write.
import { parentPort, workerData } from 'node:worker_threads';
import { importNoteSigner } from '@countersign/audit';
import { readCheckpointFile } from '../checkpoint-file.ts';
import { dataPaths } from '../paths.ts';
import { StoreError } from '../store-error.ts';
import { messageOf } from './faults.ts';
import { loadHead } from './head.ts';
import { migrate } from './migrate.ts';
import { lockDataFolder, openForReading, openForWriting } from './open.ts';
import type { FromWriter, ToWriter, WriterData } from './requests.ts';
import { createSigner } from './signer.ts';
import { createWriter } from './writer.ts';
import { startWriterLoop, type WriterLoop } from './writer-loop.ts';

const port = parentPort;
if (port === null) throw new Error('the writer runs as a worker thread: use openStore');
const post = (message: FromWriter): void => port.postMessage(message, []);

async function open(data: WriterData): Promise<{ readonly loop: WriterLoop; readonly size: number }> {
  const paths = dataPaths(data.dataDir);
  const unlock = lockDataFolder(data.dataDir, paths);
  const db = openForWriting(paths.database);
  migrate(db);
  const kept = readCheckpointFile(paths.checkpoint);
  if (kept !== null && loadHead(db, data.origin) === null) {
    throw new StoreError(
      'rolled_back',
      `\`${paths.checkpoint}\` was signed for a log that is not here: restore the database, or use a new data folder`,
    );
  }
  const key = await importNoteSigner(data.checkpointKey);
  if (!key.ok) throw new StoreError('wrong_origin', key.error.message);
  const writer = createWriter(db, data);
  const reader = openForReading(paths.database, 256);
  const signer = await createSigner(db, reader, writer.head, {
    origin: data.origin,
    signer: key.value,
    kept,
  });
  if (data.testingOnlyMaxPages !== null) db.pragma(`max_page_count = ${data.testingOnlyMaxPages}`);
  const { checkpointIntervalMs } = data;
  const end = (): void => {
    reader.close();
    db.close();
    unlock();
    port?.close();
  };
  const size = writer.head.size;
  return { loop: startWriterLoop({ db, writer, signer, checkpointIntervalMs, post, end }), size };
}

try {
  const { loop, size } = await open(workerData as WriterData);
  port.on('message', (message: ToWriter) => {
    if (message.type === 'commit') loop.submit(message.requests);
    else void loop.close();
  });
  post({ type: 'ready', size });
} catch (error) {
  post({
    type: 'refused',
    code: error instanceof StoreError ? error.code : 'unavailable',
    message: messageOf(error),
  });
  port.close();
}
