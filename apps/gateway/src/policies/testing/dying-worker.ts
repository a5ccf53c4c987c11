// A compiling thread that does not survive a set which says so; what it is otherwise asked, it does.
import { parentPort } from 'node:worker_threads';
import { runJob, type ToCompiler } from '../compile-job.ts';

parentPort?.on('message', ({ id, job }: ToCompiler) => {
  const text = (job.sources ?? []).map((source) => source.text).join('\n');
  if (text.includes('// throw')) throw new Error('killed by a set');
  if (text.includes('// exit')) process.exit(3);
  for (let forever = text.includes('// hang'); forever; ) forever = true;
  parentPort?.postMessage({ id, compiled: runJob(job) }, []);
});
