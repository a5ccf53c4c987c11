// Entry of the compiling thread: builds the schema and compiles a set, one job after another. Holds nothing between
// jobs, so that it may be ended at any time.
import { parentPort } from 'node:worker_threads';
import { type FromCompiler, runJob, type ToCompiler } from './compile-job.ts';

const port = parentPort;
if (port === null) throw new Error('the compiler runs as a worker thread: use createCompiler');
port.on('message', ({ id, job }: ToCompiler) => {
  port.postMessage({ id, compiled: runJob(job) } satisfies FromCompiler, []);
});
