// How the walk performs one operation: what a procedure is given, and what it gives back.
import type { AskingServer } from '../asking-server.ts';
import { SOON } from '../soon.ts';
import type { Gate } from './gate.ts';
import type { Receiver } from './receiver.ts';

export type UpstreamName = 'fixture' | 'tasks' | 'tasks-2025' | 'asking' | 'streaming' | 'agent';

/** An upstream registered for this operation alone, and who calls it. */
export interface Place {
  /** At the gateway. */
  readonly url: string;
  /** A fresh token of the caller, for this upstream. */
  readonly token: () => Promise<string>;
  /** The door of the upstream. */
  readonly gate: Gate;
  /** What stands behind the door of `asking`, or of `streaming`. */
  readonly asking: AskingServer;
}

export interface Act {
  /**
   * Performs the operation. Resolves when whoever asked for it has the last byte of what it is told, also where that is a refusal.
   * @returns how many times it was performed, which is once but for polls
   */
  perform(): Promise<number>;
  /** Whoever the operation comes to in the end; null for what is only counted. */
  readonly receiver: Receiver | null;
  close(): Promise<void>;
}

export interface Procedure {
  readonly upstream: UpstreamName;
  /** Does whatever must be done before. */
  begin(place: Place): Promise<Act>;
}

/** Of an operation that policy denies, the caller is told so: to the walk, that is an end like another. */
export async function once(operation: Promise<unknown>): Promise<number> {
  await operation.catch(() => undefined);
  return 1;
}

/** Polls until it is so. @returns how often it asked. */
export async function pollUntil(isSo: () => Promise<boolean>): Promise<number> {
  const deadline = Date.now() + SOON.timeout;
  for (let asked = 1; ; asked += 1) {
    if (await isSo()) return asked;
    if (Date.now() > deadline) throw new Error(`not so after ${asked} polls`);
  }
}
