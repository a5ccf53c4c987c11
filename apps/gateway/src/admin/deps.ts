// Everything that the admin plane needs from the rest of the gateway, in one type that the composition root fills with
// concrete parts. Reads never touch the connection that writes.
import type { ApprovalDesk } from '../approvals/types.ts';
import type { Diagnostic } from '@countersign/policy';
import type { ToolDesk } from '../pins/desk.ts';
import type { Registry } from '../registry/registry.ts';
import type { Readers } from '../store/readers.ts';
import type { Store } from '../store/store.ts';
import type { LogWriter } from '../store/types.ts';

export interface AdminDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly readers: AdminReaders;
  readonly writer: LogWriter;
  readonly onCommitted: Store['onCommitted'];
  readonly registry: Pick<Registry, 'current' | 'applyManifests'>;
  readonly approvals: ApprovalDesk;
  readonly policies: { status(): PolicyStatus };
  readonly tools: ToolDesk;
  readonly verification: { status(): VerificationStatus };
  /** Null while this node may serve, else why it may not. */
  readonly fault: () => string | null;
  readonly settings: AdminSettings;
  /** Where an error that is a bug or a broken disk goes; the caller only reads "internal error". */
  readonly report: (error: unknown) => void;
}

export type AdminReaders = Pick<
  Readers,
  'adminTokens' | 'approvals' | 'calls' | 'exposure' | 'log' | 'policies' | 'registry'
>;

interface AdminSettings {
  /** Host names, without port, by which the admin plane may be addressed besides loopback; others are refused. */
  readonly hosts: readonly string[];
  /** Folder of the built console. */
  readonly consoleDir: string;
}

export interface PolicyStatus {
  /** The last candidate that did not validate; null once a later one went live. */
  readonly refused: {
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly diagnostics: readonly Diagnostic[];
  } | null;
  /** Whether what should be in force is not. */
  readonly degraded: boolean;
}

export interface VerificationStatus {
  readonly state: 'verifying' | 'verified' | 'broken';
  /** Number of entries from the first on that were recomputed and hold. */
  readonly verifiedTo: number;
  readonly brokenAt: number | null;
  readonly message: string | null;
  /** Milliseconds since the epoch; null until a first pass ended. */
  readonly checkedAt: number | null;
}
