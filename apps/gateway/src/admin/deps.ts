// Everything that the admin plane needs from the rest of the gateway, declared by its consumer and joined to concrete
// parts by the composition root. Reads never touch the connection that writes.
import type { Detail, EntryKind } from '@countersign/audit';
import type { Approval, ApprovalDesk, ApprovalState, Review } from '../approvals/types.ts';
import type { Result } from '../errors.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { LogWriter } from '../store/types.ts';

export interface AdminDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly reads: AdminReads;
  readonly writer: LogWriter;
  /** Called after each commit that added entries, with no arguments: readers then read. Returns how to stop. */
  readonly onAppend: (listener: () => void) => () => void;
  readonly registry: {
    current(): RegistrySnapshot;
    /** Applies manifests, all or none. `actor` is the registry name of who asks. */
    apply(manifests: string, actor: string): Promise<Result<readonly AppliedChange[], ApplyRefusal>>;
  };
  readonly approvals: ApprovalDesk;
  readonly policies: { status(): PolicyStatus };
  readonly verification: { status(): VerificationStatus };
  /** Null while this node may serve, else why it may not. */
  readonly fault: () => string | null;
  readonly settings: AdminSettings;
  /** Where an error that is a bug or a broken disk goes; the caller only reads "internal error". */
  readonly report: (error: unknown) => void;
}

export interface AdminSettings {
  /** Host names (no port) under which the admin plane may be addressed; others are refused: DNS rebinding. */
  readonly hosts: readonly string[];
  /** Folder of the built console. */
  readonly consoleDir: string;
}

export interface AppliedChange {
  readonly op: 'created' | 'updated' | 'deleted' | 'unchanged';
  readonly kind: string;
  readonly name: string;
}
export interface ApplyRefusal {
  readonly code: 'invalid_manifest' | 'conflict' | 'log_unavailable';
  readonly message: string;
}

export interface PolicyStatus {
  /** The last candidate that did not validate; null once a later one went live. */
  readonly refused: {
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly diagnostics: readonly PolicyDiagnostic[];
  } | null;
  /** Whether what the folder holds differs from what is in force. */
  readonly degraded: boolean;
}
export interface PolicyDiagnostic {
  readonly file: string;
  /** 1-based; null where the fault has no place. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
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

/** Read-only views of the store. Personal columns are null once erased. */
export interface AdminReads {
  head(): Promise<{ readonly origin: string; readonly size: number; readonly lastLeaf: Uint8Array | null }>;
  /** Entries `from`, `from + 1`, … at most `limit` of them, in order. */
  entries(from: number, limit: number): Promise<readonly StoredEntry[]>;
  details(index: number): Promise<readonly Detail[]>;
  /** Newest decision first; `before` is exclusive. */
  calls(filter: CallFilter, before: number | null, limit: number): Promise<readonly CallRow[]>;
  call(id: string): Promise<CallRow | null>;
  callsOfChain(chain: string, limit: number): Promise<readonly CallRow[]>;
  chain(id: string): Promise<ChainRow | null>;
  exposure(holder: string, now: number): Promise<readonly ExposureRow[]>;
  approvals(state: ApprovalState | null, limit: number): Promise<readonly Approval[]>;
  approval(id: string): Promise<Approval | null>;
  reviews(approval: string): Promise<readonly Review[]>;
  checkpoints(limit: number): Promise<readonly CheckpointRow[]>;
  activePolicySet(): Promise<PolicySetRow | null>;
  /** How many tools the catalogue of an upstream holds, and when it was listed. */
  catalog(upstreamUid: string): Promise<{ readonly tools: number; readonly fetchedAt: number } | null>;
  adminToken(digest: string): Promise<AdminTokenRow | null>;
  anyAdminToken(): Promise<boolean>;
}

export interface StoredEntry {
  readonly index: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
}

export interface CallFilter {
  readonly agent?: string | undefined;
  readonly upstream?: string | undefined;
  readonly resource?: string | undefined;
  readonly policy?: string | undefined;
  readonly decision?: 'allow' | 'deny' | 'hold' | undefined;
  readonly state?: CallRow['state'] | undefined;
  readonly chain?: string | undefined;
  readonly subject?: string | undefined;
  /** Milliseconds since the epoch, inclusive and exclusive, of the call's start. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A row of the projection; times in milliseconds since the epoch. */
export interface CallRow {
  readonly id: string;
  readonly chain: string;
  readonly parent: string | null;
  readonly link: 'root' | 'verified' | 'claimed' | 'unlinked';
  readonly depth: number;
  readonly protocol: string;
  readonly revision: string;
  readonly operation: string;
  readonly agent: string | null;
  readonly owner: string | null;
  readonly team: string | null;
  readonly subject: string | null;
  readonly upstream: string | null;
  readonly resource: string | null;
  readonly agents: readonly string[];
  readonly decision: 'allow' | 'deny' | 'hold';
  readonly reason: string;
  readonly policies: readonly string[];
  readonly approval: string | null;
  readonly sentence: string | null;
  readonly traceId: string | null;
  readonly state: 'denied' | 'held' | 'open' | 'completed' | 'unknown';
  readonly round: number;
  readonly outcome: string | null;
  readonly httpStatus: number | null;
  readonly durationUs: number | null;
  readonly decidedIndex: number;
  readonly endedIndex: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface ChainRow {
  readonly id: string;
  readonly rootCall: string;
  readonly lastIndex: number;
  readonly openedAt: number;
  readonly labels: readonly string[];
}
export interface ExposureRow {
  readonly label: string;
  readonly until: number;
  readonly call: string;
}
export interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  readonly time: number;
}
export interface PolicySetRow {
  readonly digest: string;
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  readonly author: string;
  readonly activatedAt: number;
}

export type AdminRole = 'admin' | 'viewer' | 'approver';
export interface AdminTokenRow {
  /** SHA-256 of the token, lowercase hex. */
  readonly digest: string;
  readonly user: string;
  readonly roles: readonly AdminRole[];
  readonly expiresAt: number | null;
}

/** Entry kinds that move a call or an approval: what the live stream carries. */
export const STREAMED_KINDS: ReadonlySet<string> = new Set<EntryKind>([
  'call.decided',
  'call.completed',
  'call.unknown',
  'task.settled',
  'approval.requested',
  'approval.reviewed',
  'approval.closed',
]);
