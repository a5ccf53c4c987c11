// Entry of a replaying thread: does its part and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { ArchiveError } from '../archive/archive-error.ts';
import { type ReplayPart, replayPart } from './replay-part.ts';
import type { FromPart } from './replay.ts';

const port = parentPort;
if (port === null) throw new Error('a part of a replay runs as a worker thread: use replayWindow');
const say = (message: FromPart): void => port.postMessage(message, []);
try {
  const done = await replayPart(workerData as ReplayPart, (progress) =>
    say({ type: 'progress', ...progress }),
  );
  say({ type: 'done', ...done });
} catch (error) {
  if (!(error instanceof ArchiveError)) throw error;
  say({ type: 'unreached', why: error.message });
}
