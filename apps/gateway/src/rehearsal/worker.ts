// Entry of a rehearsing thread: does one job and ends. Whatever a candidate does to it, no live call notices.
import { parentPort, workerData } from 'node:worker_threads';
import { buildSchema, schemaNames } from '@countersign/policy';
import { ArchiveError } from '../archive/archive-error.ts';
import { sha256Hex } from '../policies/sha256.ts';
import { replayRegistry } from '../registry/review/replay-registry.ts';
import { compareSets } from './compare.ts';
import { diffPolicies } from './diff.ts';
import { runCaseFile } from './run-cases.ts';
import { simulate } from './simulate.ts';
import type { FromRehearsal, RehearsalJob } from './thread.ts';

const port = parentPort;
if (port === null) throw new Error('a rehearsal runs as a worker thread: use createRehearsals');
const say = (message: FromRehearsal): void => port.postMessage(message, []);
const { kind, job } = workerData as RehearsalJob;
switch (kind) {
  case 'simulate':
    say({ type: 'simulated', simulated: simulate(job) });
    break;
  case 'cases':
    say({ type: 'cases', ran: runCaseFile(job) });
    break;
  case 'diff': {
    try {
      const diff = await diffPolicies(job, (progress) => say({ type: 'progress', progress }));
      say({ type: 'diff', diff });
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      say({ type: 'unreached', why: error.message });
    }
    break;
  }
  case 'compare':
    say({ type: 'compared', compared: await compareSets(job) });
    break;
  case 'names':
    say({ type: 'named', names: schemaNames(buildSchema(job, sha256Hex)) });
    break;
  case 'registry':
    say({ type: 'registry', replayed: await replayRegistry(job) });
    break;
}
