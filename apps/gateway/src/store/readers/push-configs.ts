// Where agents post what becomes of tasks, and whom the gateway tells.
import type { Id } from '@countersign/audit';

export interface PushConfigRecord {
  /** By which the agent knows it. */
  readonly id: string;
  /** SHA-256 in hex of what stands in the gateway's address, and of the token that comes with each push. */
  readonly secret: string;
  readonly token: string;
  /** What its owner calls it; unique within a task. */
  readonly name: string;
  /** The owner's name for the task; null while the agent has not said which it is. */
  readonly task: string | null;
  /** The message that it came with. */
  readonly message: string | null;
  readonly upstreamUid: string;
  readonly agentUid: string;
  readonly subject: string;
  /** The call that set it, and the entry that allowed that. */
  readonly call: Id<'call'>;
  readonly decided: number;
  /** Whether the agent was told of it. */
  readonly registered: boolean;
  /** The call as it was decided, with the client's own address; null where that was erased. */
  readonly parked: Uint8Array | null;
  readonly createdAt: number;
}

export interface PushConfigReader {
  bySecret(secret: string): Promise<PushConfigRecord | null>;
  /** The oldest first. */
  ofTask(task: string): Promise<readonly PushConfigRecord[]>;
  ofMessage(call: string): Promise<readonly PushConfigRecord[]>;
  ofAgent(agentUid: string): Promise<readonly PushConfigRecord[]>;
}
