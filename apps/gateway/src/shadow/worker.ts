// Entry of the shadow thread.
import { parentPort } from 'node:worker_threads';
import { createComparer } from './compare.ts';
import type { ToShadow } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('the shadow set runs in a worker thread: use openShadowThread');
const answer = createComparer();
port.on('message', (message: ToShadow) => port.postMessage(answer(message), []));
