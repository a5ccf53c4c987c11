// Every command by its name, loaded only when it is called: `countersign version` must not wait for a database driver.
import type { AnyCommand } from './command.ts';

export const COMMANDS: ReadonlyMap<string, () => Promise<AnyCommand>> = new Map([
  ['serve', async () => (await import('./commands/serve.ts')).serveCommand],
  ['apply', async () => (await import('./commands/apply.ts')).applyCommand],
  ['users list', async () => (await import('./commands/users-list.ts')).usersList],
  ['users token', async () => (await import('./commands/users-token.ts')).usersToken],
  ['agents list', async () => (await import('./commands/agents-list.ts')).agentsList],
  ['agents show', async () => (await import('./commands/agents-show.ts')).agentsShow],
  ['upstreams list', async () => (await import('./commands/upstreams-list.ts')).upstreamsList],
  ['policy check', async () => (await import('./commands/policy-check.ts')).policyCheck],
  ['policy explain', async () => (await import('./commands/policy-explain.ts')).policyExplain],
  ['approvals list', async () => (await import('./commands/approvals-list.ts')).approvalsList],
  ['approvals show', async () => (await import('./commands/approvals-show.ts')).approvalsShow],
  ['approvals approve', async () => (await import('./commands/approvals-approve.ts')).approvalsApprove],
  ['approvals reject', async () => (await import('./commands/approvals-reject.ts')).approvalsReject],
  ['calls list', async () => (await import('./commands/calls-list.ts')).callsList],
  ['chain show', async () => (await import('./commands/chain-show.ts')).chainShow],
  ['verify', async () => (await import('./commands/verify.ts')).verifyCommand],
  ['log checkpoint', async () => (await import('./commands/log-checkpoint.ts')).logCheckpoint],
  ['log key', async () => (await import('./commands/log-key.ts')).logKey],
  ['log tail', async () => (await import('./commands/log-tail.ts')).logTail],
  ['log fsck', async () => (await import('./commands/log-fsck.ts')).logFsck],
  ['doctor', async () => (await import('./commands/doctor.ts')).doctorCommand],
  ['version', async () => (await import('./commands/version.ts')).versionCommand],
]);
