// Entry of the verifying thread: reads the log through a connection of its own that cannot write, and answers once.
import { parentPort, workerData } from 'node:worker_threads';
import { readCheckpointFile } from '../store/checkpoint-file.ts';
import { dataPaths } from '../store/paths.ts';
import { openForReading } from '../store/sqlite/open.ts';
import { createLogReader } from '../store/sqlite/read-log.ts';
import { verifyStoredLog } from './verify-log.ts';
import type { PassAnswer, PassOptions } from './verify-pass.ts';

const port = parentPort;
if (port === null) throw new Error('this runs as a worker thread: use verifyOnThread');
const { dataDir, vkeys } = workerData as PassOptions;

try {
  const paths = dataPaths(dataDir);
  // Taken before the entries are read, as the stored checkpoints are.
  const kept = readCheckpointFile(paths.checkpoint);
  const db = openForReading(paths.database, 1000);
  const { size, firstFailure, summary, covered } = await verifyStoredLog(createLogReader(db), {
    vkeys,
    keysFrom: 'store',
    kept,
  });
  db.close();
  port.postMessage({ report: { size, firstFailure, summary, covered } } satisfies PassAnswer);
} catch (error) {
  port.postMessage({ fault: error instanceof Error ? error.message : String(error) } satisfies PassAnswer);
}
