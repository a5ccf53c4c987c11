// What keeps the one policy set in force, as the rest of the gateway holds it.
import type {
  CompiledPolicySet,
  Diagnostic,
  Engine,
  PolicySource,
  SchemaInput,
  ToolDefinition,
} from '@countersign/policy';
import type { Result } from '../errors.ts';
import type { PolicyReader } from '../store/readers/policies.ts';
import type { LogWriter } from '../store/types.ts';
import type { Origin } from './activation.ts';
import type { Compiler } from './compiler.ts';
import type { DiffItem } from './diff.ts';

export interface PublisherDeps {
  readonly engine: Pick<Engine, 'load'>;
  readonly compiler: Compiler;
  /** For what nobody agreed to yet, so that it holds up nothing that is, or goes, into force; default: `compiler`. */
  readonly examiner?: Compiler;
  /** What policies are typed by, as it is now. */
  readonly schemaInput: () => SchemaInput;
  readonly writer: LogWriter;
  readonly reads: Pick<PolicyReader, 'active' | 'typedBy' | 'versions'>;
  /** The watched folder's files; null where the store alone says what is in force. */
  readonly folder: (() => Promise<readonly PolicySource[]>) | null;
  readonly now: () => number;
  /** Called after another set went live. */
  readonly onLive?: () => void;
  readonly tell: (message: string) => void;
}

export interface PublisherStatus {
  /** Digest of the set in force; null while none is: then everything is denied. */
  readonly active: string | null;
  readonly schema: string | null;
  /** Why the newest sources are not in force; null when they are. */
  readonly refusal: { readonly at: number; readonly diagnostics: readonly Diagnostic[] } | null;
  /** What is to be said of the set in force. */
  readonly warnings: readonly Diagnostic[];
  /** The newest sources are valid and yet not in force: they could not be recorded, or the engine did not take them. */
  readonly isBehind: boolean;
  /** Tools (action ids) that are denied because the set in force no longer fits them, with why. */
  readonly broken: ReadonlyMap<string, string>;
}

/** A candidate as it compares to what is in force. */
export interface Examined {
  /** Null where it does not validate. */
  readonly set: CompiledPolicySet | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly diff: readonly DiffItem[];
  /** Digest of the set in force that it was compared with. */
  readonly base: string | null;
}

/** Exactly what is to go live, and what it is to replace. */
export interface Agreed {
  readonly sources: readonly PolicySource[];
  readonly digest: string;
  readonly base: string | null;
}

export interface PublishFailure {
  readonly code: 'invalid' | 'conflict' | 'unavailable';
  readonly message: string;
}

export interface Publisher {
  /** Looks at sources, tools and groups again; resolves when what should be in force is, or was refused. */
  reload(): Promise<void>;
  examine(sources: readonly PolicySource[]): Promise<Examined>;
  /** All that it records goes through `writer`, in one commit; the set is in force when it resolves. */
  publish(agreed: Agreed, origin: Origin, writer: LogWriter): Promise<Result<null, PublishFailure>>;
  /** Whether what is in force types the calls of a tool by this definition of it. */
  isTyped(server: string, tool: ToolDefinition): boolean;
  status(): PublisherStatus;
}
