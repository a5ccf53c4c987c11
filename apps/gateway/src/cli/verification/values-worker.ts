// Entry of the thread that checks the values of a log.
import { parentPort, workerData } from 'node:worker_threads';
import { verifyValues } from '@countersign/audit';
import { openForReading } from '../../store/sqlite/open.ts';
import { valuePages } from '../../store/sqlite/entries/value-pages.ts';
import type { FromValues, ValuesJob } from './values.ts';
import { messageOf } from '../../message-of.ts';

const port = parentPort;
if (port === null) throw new Error('this runs as a worker thread');
const post = (message: FromValues): void => port.postMessage(message, []);
const { database, to, replays } = workerData as ValuesJob;

try {
  const db = openForReading(database);
  try {
    // The engine is large, and not needed where nothing is decided again.
    const replayer = replays ? (await import('../../bundles/replayer.ts')).createReplayer() : undefined;
    post({ report: await verifyValues(valuePages(db, to), { replayer }) });
  } finally {
    db.close();
  }
} catch (error) {
  post({ failure: messageOf(error) });
}
