// What the gateway reads from a store. Each consumer's reads are an interface of their own; all are asynchronous,
// because a store may be on another machine.
import type { AdminTokenReader } from './readers/admin-tokens.ts';
import type { ApprovalReader } from './readers/approvals.ts';
import type { CallReader } from './readers/calls.ts';
import type { ChangeReader } from './readers/changes.ts';
import type { ConfigReader } from './readers/config.ts';
import type { DecisionReader } from './readers/decisions.ts';
import type { ExportReader } from './readers/exports.ts';
import type { ErasureReader } from './readers/erasures.ts';
import type { EntryReader } from './readers/entries.ts';
import type { ExposureReader } from './readers/exposure.ts';
import type { KeyReader } from './readers/keys.ts';
import type { HoldReader } from './readers/holds.ts';
import type { LogReader } from './readers/log.ts';
import type { MaskReader } from './readers/masks.ts';
import type { MeterReader } from './readers/meters.ts';
import type { PayloadReader } from './readers/payloads.ts';
import type { PolicyReader } from './readers/policies.ts';
import type { PublicationReader } from './readers/publications.ts';
import type { PushConfigReader } from './readers/push-configs.ts';
import type { RegistryReader } from './readers/registry.ts';
import type { RetentionReader } from './readers/retention.ts';
import type { SessionReader } from './readers/sessions.ts';
import type { ShadowReader } from './readers/shadow.ts';
import type { SinkReader } from './readers/sinks.ts';
import type { TaskReader } from './readers/tasks.ts';
import type { PinReader } from './readers/pins.ts';
import type { TreeReader } from './readers/tree.ts';

export interface Readers {
  readonly adminTokens: AdminTokenReader;
  readonly approvals: ApprovalReader;
  readonly calls: CallReader;
  readonly changes: ChangeReader;
  readonly config: ConfigReader;
  readonly decisions: DecisionReader;
  readonly exports: ExportReader;
  readonly erasures: ErasureReader;
  readonly entries: EntryReader;
  readonly exposure: ExposureReader;
  readonly holds: HoldReader;
  readonly keys: KeyReader;
  readonly log: LogReader;
  readonly masks: MaskReader;
  readonly meters: MeterReader;
  readonly payloads: PayloadReader;
  readonly policies: PolicyReader;
  readonly publications: PublicationReader;
  readonly pushConfigs: PushConfigReader;
  readonly registry: RegistryReader;
  readonly retention: RetentionReader;
  readonly sessions: SessionReader;
  readonly shadow: ShadowReader;
  readonly sinks: SinkReader;
  readonly tasks: TaskReader;
  readonly pins: PinReader;
  readonly tree: TreeReader;
}
