// Everything that the admin plane needs from the rest of the gateway, in one type that the composition root fills with
// concrete parts. Reads never touch the connection that writes.
import type { ApprovalDesk } from '../approvals/types.ts';
import type { ChangeDesk, ReviewRules } from '../changes/types.ts';
import type { Trust } from '@countersign/audit';
import type { Diagnostic, PolicySource } from '@countersign/policy';
import type { ExportDesk } from '../bundles/desk.ts';
import type { PinDesk } from '../pins/desk.ts';
import type { Examined } from '../policies/publisher-types.ts';
import type { PermissionDesk } from '../permissions/desk.ts';
import type { RehearsalDesk } from '../rehearsal/desk.ts';
import type { LegalHolds } from '../privacy/holds.ts';
import type { Registry } from '../registry/registry.ts';
import type { RegistryDesk } from '../registry/review/desk.ts';
import type { ShadowDesk } from '../shadow/types.ts';
import type { SinkStatus } from '../sinks/types.ts';
import type { IndexStatus } from '../search/watch.ts';
import type { BreakGlass } from './break-glass.ts';
import type { Cookies } from './cookies.ts';
import type { Gauge } from './metrics.ts';
import type { HeldStatus } from '../publication/held.ts';
import type { PublicationRecord } from '../store/readers/publications.ts';
import type { SignIn } from './oidc/sign-in.ts';
import type { SettingsView } from './settings-view.ts';
import type { Readers } from '../store/readers.ts';
import type { Store } from '../store/store.ts';
import type { LogWriter } from '../store/types.ts';
import type { Catalogs } from '../upstreams/catalogs.ts';
import type { Transports } from '../upstreams/transports.ts';

export interface AdminDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly readers: AdminReaders;
  readonly writer: LogWriter;
  readonly onCommitted: Store['onCommitted'];
  readonly registry: Pick<Registry, 'current' | 'objects' | 'onChange'>;
  readonly approvals: ApprovalDesk;
  readonly policies: PolicyDesk;
  readonly changes: ChangeDesk;
  readonly registryDesk: RegistryDesk;
  readonly pins: PinDesk;
  readonly permissions: PermissionDesk;
  readonly rehearsals: RehearsalDesk;
  readonly shadow: ShadowDesk;
  readonly holds: LegalHolds;
  readonly exports: ExportDesk;
  /** Receivers of entries, with how far each has got. */
  /** Which servers could not be listed when they were last asked. */
  readonly catalogs: Pick<Catalogs, 'trouble'>;
  /** How connections to servers stand that are kept. */
  readonly transports: Pick<Transports, 'state'>;
  readonly sinks: () => readonly SinkStatus[];
  /** What others hold of the log. */
  readonly publication: {
    held(): HeldStatus;
    standing(): readonly PublicationRecord[];
    /** Whose cosignatures are asked for, and how many count as enough; null where no witness is. */
    trust(): Trust | null;
  };
  readonly verification: { status(): VerificationStatus };
  /** Whether the index of calls is what the log says, as far as it was looked at. */
  readonly index: { status(): IndexStatus };
  /** The checkpoint to hand out: with its cosignatures, where there are any. Null before the first. */
  readonly newestCheckpoint: () => Promise<string | null>;
  /** Figures for `/metrics`. */
  readonly gauges: () => readonly Gauge[];
  /** Null while this node may serve, else why it may not. */
  readonly fault: () => string | null;
  /** Why this node serves and is not as it should be, besides its policies; empty while all is well. */
  readonly concerns: () => readonly string[];
  /** Signing in by the identity provider; null where none is configured. */
  readonly signIn: SignIn | null;
  /** Counts one who was not let in; `reason` is for the log's sample. */
  readonly signInFailed: (reason: string) => void;
  /** To the operator. */
  readonly tell: (message: string) => void;
  readonly breakGlass: BreakGlass;
  readonly cookies: Cookies;
  /** The configuration as people may see it: nothing secret is in it. */
  readonly settingsView: () => Promise<SettingsView>;
  readonly settings: AdminSettings;
  /** Where an error that is a bug or a broken disk goes; the caller only reads "internal error". */
  readonly report: (error: unknown) => void;
}

export type AdminReaders = Pick<
  Readers,
  | 'adminTokens'
  | 'approvals'
  | 'calls'
  | 'changes'
  | 'decisions'
  | 'entries'
  | 'exposure'
  | 'keys'
  | 'log'
  | 'policies'
  | 'publications'
  | 'registry'
  | 'savedViews'
  | 'shadow'
  | 'tree'
>;

interface AdminSettings {
  /** Host names, without port, by which the admin plane may be addressed besides loopback; others are refused. */
  readonly hosts: readonly string[];
  /** The console's address as people know it, without a trailing slash. */
  readonly consoleUrl: string;
  readonly sessions: {
    /** The longest that a session lasts, used or not; milliseconds, here and below. */
    readonly ms: number;
    /** How long one lasts that is not used. */
    readonly idleMs: number;
    /** How old a sign-in may be that approves a call of high risk; 0 for any age. */
    readonly freshMs: number;
  };
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
  /** Whether what should be in force is not, or not for every tool. */
  readonly degraded: boolean;
  /** Tools (action ids) that are denied because the set in force no longer fits them, with why. */
  readonly broken: ReadonlyMap<string, string>;
  /** What is to be said of the set in force. */
  readonly warnings: readonly Diagnostic[];
}

export interface PolicyDesk {
  status(): PolicyStatus;
  /** A candidate against today's tools and the set in force. Puts nothing into force. */
  examine(sources: readonly PolicySource[]): Promise<Examined>;
  readonly publishing: {
    /** Why nothing can be published here; null where it can. */
    readonly closed: string | null;
    readonly rules: ReviewRules;
  };
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
