// "Verified to N" as the admin API shows it: the state of the thread that verifies the live log.
import { Worker } from 'node:worker_threads';

export interface FollowData {
  readonly database: string;
  readonly origin: string;
}

/** What the thread tells. */
export type Followed =
  | { readonly verifiedTo: number; readonly isAtHead: boolean }
  | { readonly brokenAt: number | null; readonly message: string };

export interface FollowStatus {
  readonly state: 'verifying' | 'verified' | 'broken';
  /** Number of entries from the first on that were recomputed and hold. */
  readonly verifiedTo: number;
  readonly brokenAt: number | null;
  readonly message: string | null;
  /** Milliseconds since the epoch; null until the head was reached once. */
  readonly checkedAt: number | null;
}

export interface Follower {
  status(): FollowStatus;
  /** There are new entries. */
  more(): void;
  close(): Promise<void>;
}

export function followLog(data: FollowData, now: () => number): Follower {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: data, execArgv: [] });
  let status: FollowStatus = {
    state: 'verifying',
    verifiedTo: 0,
    brokenAt: null,
    message: null,
    checkedAt: null,
  };

  worker.on('message', (followed: Followed) => {
    // The first thing found wrong stays: what comes after it rests on it.
    if (status.state === 'broken') return;
    if ('message' in followed)
      status = { ...status, state: 'broken', brokenAt: followed.brokenAt, message: followed.message };
    else if (followed.isAtHead)
      status = { ...status, state: 'verified', verifiedTo: followed.verifiedTo, checkedAt: now() };
    else status = { ...status, state: 'verifying', verifiedTo: followed.verifiedTo };
  });
  worker.on('error', (error) => {
    status = { ...status, state: 'broken', message: `the verification stopped: ${error.message}` };
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  return {
    status: () => status,
    more: () => worker.postMessage('more'),
    async close() {
      worker.postMessage('end');
      await exited;
    },
  };
}
