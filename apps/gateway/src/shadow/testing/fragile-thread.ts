// A shadow thread that does not survive a decision about an agent of a certain name; what it is otherwise asked, it does.
import { parentPort } from 'node:worker_threads';
import { createComparer } from '../compare.ts';
import type { ToShadow } from '../messages.ts';

const answer = createComparer();
parentPort?.on('message', (message: ToShadow) => {
  const isDeadly =
    message.type === 'compare' && message.decisions.some(({ context }) => context?.includes('"deadly"'));
  if (isDeadly) throw new Error('killed by a decision');
  parentPort?.postMessage(answer(message), []);
});
