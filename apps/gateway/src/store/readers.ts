// What the gateway reads from a store. Each consumer's reads are an interface of their own; all are asynchronous,
// because a store may be on another machine.
import type { AdminTokenReader } from './readers/admin-tokens.ts';
import type { ApprovalReader } from './readers/approvals.ts';
import type { CallReader } from './readers/calls.ts';
import type { ChangeReader } from './readers/changes.ts';
import type { ExposureReader } from './readers/exposure.ts';
import type { LogReader } from './readers/log.ts';
import type { PolicyReader } from './readers/policies.ts';
import type { RegistryReader } from './readers/registry.ts';
import type { SessionReader } from './readers/sessions.ts';
import type { TaskReader } from './readers/tasks.ts';
import type { ToolPinReader } from './readers/tool-pins.ts';

export interface Readers {
  readonly adminTokens: AdminTokenReader;
  readonly approvals: ApprovalReader;
  readonly calls: CallReader;
  readonly changes: ChangeReader;
  readonly exposure: ExposureReader;
  readonly log: LogReader;
  readonly policies: PolicyReader;
  readonly registry: RegistryReader;
  readonly sessions: SessionReader;
  readonly tasks: TaskReader;
  readonly toolPins: ToolPinReader;
}
