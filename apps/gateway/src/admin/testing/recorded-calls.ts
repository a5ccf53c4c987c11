// Entries of calls as the pipeline records them, for tests that need a log with something in it.
import { digestOf, type EntryDraft, type Id, newId } from '@countersign/audit';
import type { Store } from '../../store/store.ts';

/** Stands for the set by which these calls were decided. */
const POLICY_SET = digestOf('the policies of the tests');

/** The entry without which nobody could have been allowed anything. What the set said is not in it. */
export async function recordPolicySet(store: Store): Promise<void> {
  const body = { set: POLICY_SET, previous: null, schema: null, cause: 'folder', change: null } as const;
  const committed = await store.commit({
    entries: [{ kind: 'policy.activated', call: null, agent: null, chain: null, body, details: {} }],
  });
  if (!committed.ok) throw new Error(`the policy set was not recorded: ${committed.code}`);
}

export interface RecordedCall {
  readonly call: Id<'call'>;
  readonly chain: Id<'chain'>;
  readonly index: number;
}

interface CallOptions {
  /** Null: a caller that nobody registered. */
  readonly agent?: string | null;
  readonly subject?: string;
  readonly tool?: string;
  readonly upstream?: string;
  readonly decision?: 'allow' | 'deny' | 'hold';
  readonly reason?: EntryDraft<'call.decided'>['body']['reason'];
  readonly parent?: RecordedCall;
  readonly approval?: Id<'apr'>;
  readonly params?: string;
  readonly policy?: string;
  readonly operation?: EntryDraft<'call.decided'>['body']['operation'];
}

export async function recordCall(store: Store, options: CallOptions = {}): Promise<RecordedCall> {
  const draft = decided(options);
  const { chain } = draft;
  if (chain === null) throw new Error('a call of a test has a chain');
  const committed = await store.commit({ entries: [draft] });
  if (!committed.ok) throw new Error(`the call was not recorded: ${committed.code}`);
  return { call: draft.call, chain, index: committed.receipts[0]?.index ?? -1 };
}

export async function recordOutcome(
  store: Store,
  { call, chain, index }: RecordedCall,
  result = '{"ok":true}',
): Promise<void> {
  const committed = await store.commit({
    entries: [
      {
        kind: 'call.completed',
        call,
        agent: null,
        chain,
        body: {
          outcome: 'ok',
          status: 200,
          durationUs: 1500,
          firstByteUs: 900,
          bytes: result.length,
          events: 0,
          decided: index,
        },
        details: { result },
      },
    ],
  });
  if (!committed.ok) throw new Error(`the outcome was not recorded: ${committed.code}`);
}

function decided(options: CallOptions): EntryDraft<'call.decided'> & { readonly call: Id<'call'> } {
  const { agent = 'invoice', tool = 'pay', upstream = 'payments', decision = 'allow', parent } = options;
  const { reason = decision === 'allow' ? 'permitted' : decision === 'hold' ? 'guarded' : 'no_permit' } =
    options;
  const policy = {
    id: options.policy ?? 'small-payments',
    effect: decision === 'allow' ? 'permit' : 'forbid',
    file: 'payments.cedar',
    line: 3,
    column: 1,
    text: 'permit (principal, action, resource);',
    reads: [{ path: 'context.input.amount_cents', value: 1200 }],
  };
  return {
    kind: 'call.decided',
    call: newId('call'),
    agent: newId('agt'),
    chain: parent?.chain ?? newId('chain'),
    body: {
      protocol: 'mcp',
      revision: '2025-11-25',
      operation: options.operation ?? 'mcp:tools/call',
      upstream: newId('srv'),
      decision,
      reason,
      round: 1,
      approval: options.approval ?? null,
      parent: parent?.call ?? null,
      link: parent === undefined ? 'root' : 'verified',
      depth: parent === undefined ? 1 : 2,
      policySet: POLICY_SET,
      schema: null,
    },
    details: {
      caller: JSON.stringify({
        agent,
        ...(agent === null
          ? { issuer: 'idp', claim: 'sub', value: 'stranger' }
          : { owner: 'omar', ownerEmail: 'omar@example.com', team: 'billing', risk: 2 }),
      }),
      subject: options.subject === undefined ? undefined : JSON.stringify({ subject: options.subject }),
      actors: JSON.stringify(agent === null ? [] : [agent]),
      token: JSON.stringify({ issuer: 'idp', jti: 'j1', scopes: [] }),
      resource: JSON.stringify({ kind: 'tool', name: tool, upstream }),
      request: options.params ?? '{"name":"pay","arguments":{"amount_cents":1200}}',
      rx: JSON.stringify({ sha256: 'a'.repeat(64), bytes: 120 }),
      explanation: JSON.stringify({
        determining: [policy],
        guards: [],
        errors: [],
        obligations: { labels: [] },
        nearest: [],
      }),
      sentence: `Agent ${agent ?? 'unregistered'} called ${upstream}/${tool} and this was ${decision === 'allow' ? 'permitted' : 'not permitted'}`,
      labels: JSON.stringify(['money']),
    },
  };
}
