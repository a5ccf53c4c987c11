// Receivers that are sent every entry as it is recorded. A sink reads the log after the commit, never the calls: whatever
// becomes of it, no call waits for it, and nothing that it was not sent is forgotten.
import type { Decision, EntryKind } from '@countersign/audit';
import type { ExportContext, ExportedEntry } from '../exports/types.ts';

interface SinkCommon {
  /** Names its position in the store: a sink that is renamed begins anew. */
  readonly name: string;
  readonly entries: EntryFilter;
  /** Names of the details that leave in the clear; all others are withheld. */
  readonly details: readonly string[];
  /** Where a sink begins that has no position yet. */
  readonly from: 'beginning' | 'now';
}

/** Null: all. `decisions` narrows `call.decided` alone. */
export interface EntryFilter {
  readonly kinds: readonly EntryKind[] | null;
  readonly decisions: readonly Decision[] | null;
}

export interface SyslogSink extends SinkCommon {
  readonly kind: 'syslog-cef';
  readonly host: string;
  readonly port: number;
  readonly transport: 'tls' | 'tcp';
  /** PEM file of the authorities to trust instead of the system's. */
  readonly ca: string | null;
  /** `close`: a batch counts as taken when the receiver has read it to its end and closed. */
  readonly acknowledge: 'close' | 'none';
}

export interface HttpSink extends SinkCommon {
  readonly kind: 'otlp' | 'webhook-jsonl';
  readonly url: string;
  /** Environment variable that holds a bearer token. */
  readonly tokenEnv: string | null;
  readonly ca: string | null;
}

export interface FileSink extends SinkCommon {
  readonly kind: 'file-jsonl';
  readonly path: string;
}

export type SinkConfig = SyslogSink | HttpSink | FileSink;

export type DeliveryContext = Pick<ExportContext, 'origin' | 'version' | 'headerAt'>;

/** How entries get to one receiver. */
export interface Delivery {
  /** Resolves once the receiver has taken all of them, in order; rejects where that is not known. */
  send(entries: readonly ExportedEntry[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface SinkStatus {
  readonly name: string;
  readonly kind: SinkConfig['kind'];
  /** Index of the first entry that it has not taken. */
  readonly next: number;
  /** Entries behind the end of the log. */
  readonly lag: number;
  /** How old the first entry is that it has not taken, in milliseconds; zero where there is none. */
  readonly lagMs: number;
  /** `failing`: the last attempt did not succeed; it is tried again. */
  readonly state: 'current' | 'sending' | 'failing' | 'stopped';
  /** Why the last attempt failed; null after one that did not. */
  readonly error: string | null;
  /** Since when it fails, milliseconds since the epoch; null where it does not. */
  readonly failingSince: number | null;
  /** Since this process started. */
  readonly delivered: number;
  readonly failures: number;
}
