// A verifier's replay in hostile hands: what the log says of a decision is forged, one part at a time, as a gateway that
// lies could have written it, and each forgery is found for what it is.
import { type EntryHeader, newId, type RecordedDecision, toDigest, sha256 } from '@countersign/audit';
import {
  buildSchema,
  type CallFacts,
  compile,
  createEngine,
  type Decision,
  type SchemaInput,
} from '@countersign/policy';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../policies/sha256.ts';
import { createReplayer } from './replayer.ts';

const TEXT = `
@id("clerks-pay") @label("paid") @redact("input.note")
permit (principal is Agent, action == Action::"payments/pay", resource)
when { principal.capabilities.contains("payments") };

@id("no-strangers")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.vendor == "nobody" };

@id("large") @approve("finance")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.cents > 1000 };
`;
const SOURCES = [{ file: 'a.cedar', text: TEXT }];
const INPUT: SchemaInput = {
  servers: [
    {
      name: 'payments',
      tools: [
        {
          name: 'pay',
          inputSchema: {
            type: 'object',
            properties: {
              vendor: { type: 'string' },
              cents: { type: 'integer' },
              note: { type: 'string' },
            },
            required: ['vendor', 'cents'],
          },
        },
      ],
    },
  ],
  groups: ['finance'],
  teams: ['billing'],
};
const schema = buildSchema(INPUT, sha256Hex);
const compiled = compile(SOURCES, schema, { sha256Hex });
if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
const { set } = compiled;
const engine = createEngine();
engine.load(set, schema);
const replayer = createReplayer();

const owner = { name: 'olive', email: 'olive@example.com', groups: [], active: true };
const server = {
  kind: 'server',
  name: 'payments',
  team: 'billing',
  environment: 'production',
  risk: 2,
  labels: [],
} as const;

function callOf(input: object): CallFacts {
  return {
    operation: 'mcp:tools/call',
    principal: {
      kind: 'agent',
      name: 'clerk',
      uid: 'agt_1',
      owner,
      team: 'billing',
      purpose: 'pays',
      capabilities: ['payments'],
      risk: 2,
      environment: 'production',
      labels: [],
      assurance: 'confidential',
    },
    resource: {
      kind: 'tool',
      server,
      name: 'pay',
      labels: ['money'],
      risk: 2,
      readOnly: false,
      destructive: true,
      idempotent: false,
      openWorld: true,
    },
    input: JSON.stringify(input),
    actors: [],
    chain: { depth: 1, labels: [], agents: ['clerk'], verified: true },
    exposure: { labels: [] },
    token: { issuer: 'corp', scopes: [], ageSeconds: 1, assurance: 'confidential' },
    now: 1_790_000_000_000,
    usage: { callsLastMinute: 0, callsLastHour: 0, callsLastDay: 0 },
  } as unknown as CallFacts;
}

type Body = EntryHeader<'call.decided'>['body'];

interface Forged {
  readonly body?: Partial<Body>;
  readonly explanation?: (said: Explanation) => object;
  readonly more?: Partial<RecordedDecision>;
}
type Explanation = Pick<
  Decision,
  'determining' | 'guards' | 'errors' | 'obligations' | 'nearest' | 'unrepresentable'
>;

/** What a gateway records of a decision, with parts of it forged. */
function recorded(
  input: object,
  { body = {}, explanation = (said) => said, more = {} }: Forged = {},
  grants: string[] = [],
) {
  const decision = engine.decide(callOf(input), { grants });
  const { request, determining, guards, errors, obligations, nearest, unrepresentable } = decision;
  if (request === null) throw new Error('there is a request');
  const header = {
    call: newId('call'),
    index: 7,
    time: 5,
    body: {
      decision: decision.outcome,
      reason: decision.reason,
      round: 1,
      approval: grants.length > 0 ? newId('apr') : null,
      policySet: set.digest,
      ...body,
    },
  } as unknown as EntryHeader<'call.decided'>;
  const { entities, ...question } = request;
  return {
    header,
    context: JSON.stringify(question),
    entities: JSON.stringify(entities),
    explanation: JSON.stringify(
      explanation({ determining, guards, errors, obligations, nearest, unrepresentable }),
    ),
    guards: grants.length > 0 ? JSON.stringify(grants.map((policy) => ({ policy }))) : null,
    missing: [],
    policySet: { digest: set.digest, sources: JSON.stringify(SOURCES), broken: '[]' },
    ...more,
  } satisfies RecordedDecision;
}

const ALLOWED = { vendor: 'acme', cents: 5 };
const DENIED = { vendor: 'nobody', cents: 5 };
const HELD = { vendor: 'acme', cents: 5_000 };

test('the calls come out as these tests take them to', () => {
  const outcomes = [ALLOWED, DENIED, HELD].map(
    (input) => engine.decide(callOf(input), { grants: [] }).outcome,
  );
  expect(outcomes).toEqual(['allow', 'deny', 'hold']);
});

test.each([
  ['an allow', recorded(ALLOWED)],
  ['a deny', recorded(DENIED)],
  ['a hold', recorded(HELD)],
  ['an allow by a grant', recorded(HELD, {}, ['large'])],
  [
    'one with a set whose files were named and ordered otherwise',
    recorded(ALLOWED, {
      more: {
        policySet: {
          digest: set.digest,
          sources: JSON.stringify([{ file: 'z.cedar', text: TEXT }]),
          broken: null,
        },
      },
    }),
  ],
])('%s as it was recorded is replayed', (_what, decision) => {
  expect(replayer.replay(decision)).toEqual({ kind: 'replayed' });
});

test('obligations of the manifest may be recorded beside those of policies', () => {
  const explanation = (said: Explanation) => ({
    ...said,
    obligations: { ...said.obligations, mask: ['result.iban'] },
  });
  expect(replayer.replay(recorded(ALLOWED, { explanation }))).toEqual({ kind: 'replayed' });
});

describe('a file that a stranger wrote', () => {
  const deep = (times: number) => `${'['.repeat(times)}${']'.repeat(times)}`;

  test('is not replayed where it is nested deeper than anything can be walked through', () => {
    const good = recorded(ALLOWED);
    const explanation = good.explanation?.replace('"guards":[]', `"guards":[${deep(100_000)}]`) ?? null;
    const context = (good.context ?? '').replace('"vendor":"acme"', `"vendor":${deep(100_000)}`);
    expect(context).not.toBe(good.context);
    const answers = [{ explanation }, { context }].map((more) => replayer.replay({ ...good, ...more }).kind);
    expect(answers).not.toContain('replayed');
    expect(replayer.replay(good)).toEqual({ kind: 'replayed' });
  });
});

describe('a gateway that lies', () => {
  const shown = (said: Explanation) => said.determining[0];
  test.each<[string, RecordedDecision, string, RegExp]>([
    [
      'of an allow that policy denies',
      recorded(DENIED, { body: { decision: 'allow', reason: 'permitted' } }),
      'replay_outcome',
      /recorded is `allow`.*gives `deny`/,
    ],
    [
      'of a deny that policy allows',
      recorded(ALLOWED, { body: { decision: 'deny', reason: 'no_permit' } }),
      'replay_outcome',
      /gives `allow`/,
    ],
    [
      'of an allow that policy holds',
      recorded(HELD, { body: { decision: 'allow', reason: 'permitted' } }),
      'replay_outcome',
      /gives `hold`/,
    ],
    [
      'of the reason',
      recorded(DENIED, { body: { reason: 'no_permit' } }),
      'replay_reason',
      /gives `forbidden`/,
    ],
    [
      'of an allow for a reason that no policy has',
      recorded(ALLOWED, { body: { reason: 'approval_expired' } }),
      'replay_reason',
      /no policy leads to/,
    ],
    [
      'of a grant that nobody gave',
      recorded(HELD, { body: { decision: 'allow', reason: 'grant_redeemed' }, more: { guards: '[]' } }),
      'replay_outcome',
      /no approval covers any guard/,
    ],
    [
      'of which policy decided',
      recorded(ALLOWED, {
        explanation: (said) => ({ ...said, determining: [{ ...shown(said), id: 'other' }] }),
      }),
      'replay_policies',
      /determining policies.*other.*clerks-pay/,
    ],
    [
      'of what a policy says',
      recorded(ALLOWED, {
        explanation: (said) => ({
          ...said,
          determining: [{ ...shown(said), text: 'permit (principal, action, resource);' }],
        }),
      }),
      'replay_policies',
      /say something else/,
    ],
    [
      'of what a policy read',
      recorded(ALLOWED, {
        explanation: (said) => ({ ...said, determining: [{ ...shown(said), reads: [] }] }),
      }),
      'replay_policies',
      /say something else/,
    ],
    [
      'of no policy at all',
      recorded(DENIED, { explanation: (said) => ({ ...said, determining: [] }) }),
      'replay_policies',
      /`none`/,
    ],
    [
      'of who had to approve',
      recorded(HELD, {
        explanation: (said) => ({
          ...said,
          guards: said.guards.map((guard) => ({ ...guard, group: 'friends' })),
        }),
      }),
      'replay_policies',
      /the guards/,
    ],
    [
      'of an explanation',
      recorded(ALLOWED, { more: { explanation: '{}' } }),
      'replay_policies',
      /the explanation/,
    ],
    [
      'of labels',
      recorded(ALLOWED, {
        explanation: (said) => ({ ...said, obligations: { ...said.obligations, labels: ['money'] } }),
      }),
      'replay_obligations',
      /the labels/,
    ],
    [
      'of what had to be kept from the store',
      recorded(ALLOWED, {
        explanation: (said) => ({ ...said, obligations: { ...said.obligations, redact: [] } }),
      }),
      'replay_obligations',
      /not stored/,
    ],
    [
      'of the policy set',
      recorded(ALLOWED, {
        more: {
          policySet: {
            digest: set.digest,
            sources: JSON.stringify([{ file: 'a.cedar', text: TEXT.replace('1000', '9000') }]),
            broken: '[]',
          },
        },
      }),
      'policy_set_mismatch',
      /are not those of the set/,
    ],
    [
      'of its digest',
      recorded(ALLOWED, {
        more: { policySet: { digest: toDigest(sha256()), sources: JSON.stringify(SOURCES), broken: '[]' } },
      }),
      'policy_set_mismatch',
      /are not those of the set/,
    ],
    [
      'of sources that are none',
      recorded(ALLOWED, { more: { policySet: { digest: set.digest, sources: '"x"', broken: '[]' } } }),
      'policy_set_mismatch',
      /no list of files/,
    ],
    [
      'of a tool that it says did not fit',
      recorded(ALLOWED, {
        more: {
          policySet: {
            digest: set.digest,
            sources: JSON.stringify(SOURCES),
            broken: '[["payments/pay","gone"]]',
          },
        },
      }),
      'replay_outcome',
      /gives `deny`/,
    ],
  ])('%s is found', (_what, decision, code, message) => {
    expect(replayer.replay(decision)).toEqual({
      kind: 'mismatch',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('of the request itself is found where it changes anything', () => {
    const decision = recorded(DENIED, { body: { decision: 'deny' } });
    const context = (decision.context ?? '').replace('"nobody"', '"acme"');
    expect(context).not.toBe(decision.context);
    expect(replayer.replay({ ...decision, context })).toMatchObject({
      kind: 'mismatch',
      code: 'replay_outcome',
    });
  });
});

describe('what cannot be decided again is said, with what is missing', () => {
  test.each<[string, RecordedDecision, object]>([
    [
      'arguments that are withheld',
      recorded(ALLOWED, { more: { context: null, missing: [{ name: 'context', why: 'withheld' }] } }),
      { why: 'withheld', field: 'context' },
    ],
    [
      'entities that were erased',
      recorded(ALLOWED, { more: { entities: null, missing: [{ name: 'entities', why: 'erased' }] } }),
      { why: 'erased', field: 'entities' },
    ],
    [
      'a refusal of the gateway itself',
      recorded(DENIED, { body: { policySet: null, reason: 'unregistered' }, more: { policySet: null } }),
      { why: 'no_policy_asked' },
    ],
    [
      'what people ended',
      recorded(HELD, { body: { decision: 'deny', reason: 'approval_rejected' } }),
      { why: 'no_policy_asked' },
    ],
    ['a request that is none', recorded(ALLOWED, { more: { context: '[]' } }), { why: 'unreadable' }],
    [
      'guards that are none',
      recorded(HELD, { more: { guards: '{}' } }),
      { why: 'unreadable', field: 'guards' },
    ],
  ])('%s', (_what, decision, answer) => {
    expect(replayer.replay(decision)).toEqual({ kind: 'not_replayed', ...answer });
  });

  test('a value that an obligation kept from being stored, and that a policy reads', () => {
    const decision = recorded(ALLOWED);
    const context = (decision.context ?? '').replace('"acme"', '{"countersign":"redacted"}');
    expect(replayer.replay({ ...decision, context })).toEqual({ kind: 'not_replayed', why: 'redacted' });
  });
});

test('a schema is checked by what it is built from', () => {
  const input = JSON.stringify(INPUT);
  expect(replayer.schemaProblem({ digest: schema.digest, input })).toBeNull();
  const other = input.replace('"integer"', '"number"');
  expect(replayer.schemaProblem({ digest: schema.digest, input: other })).toMatch(/has the digest/);
  expect(replayer.schemaProblem({ digest: schema.digest, input: '[]' })).toMatch(/no list of servers/);
});
