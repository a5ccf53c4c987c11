// Entry of a replaying thread: does its part and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { type ReplayPart, replayPart } from './replay-part.ts';
import type { FromPart } from './replay.ts';

const port = parentPort;
if (port === null) throw new Error('a part of a replay runs as a worker thread: use replayWindow');
const say = (message: FromPart): void => port.postMessage(message, []);
const done = await replayPart(workerData as ReplayPart, (progress) => say({ type: 'progress', ...progress }));
say({ type: 'done', ...done });
