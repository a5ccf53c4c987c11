import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import type { CompiledPolicySet } from '../compile/types.ts';
import type { Decision } from '../decision.ts';
import { createEngine } from '../engine.ts';
import type { AgentFacts, CallFacts } from '../facts.ts';
import { REDACTED } from '../obligations/redact.ts';
import { sentence } from '../sentence.ts';
import { CATALOGUE, facts, input, policyText } from '../testing/arbitraries.ts';
import { ordinaryCall } from '../testing/facts.ts';
import { compileText, expectSet, schemaOf } from '../testing/set-up.ts';
import { mergeReports } from './merge.ts';
import { openReplay, type Replay } from './replay.ts';
import type { RecordedDecision, ReplayReport } from './types.ts';

const schema = schemaOf(CATALOGUE);
const call: CallFacts = { ...ordinaryCall, input: '{"n":3}' };

const setOf = (text: string): CompiledPolicySet => expectSet(compileText(text, schema));

const validOf = (text: string) => ({ set: setOf(text), schema });

function decide(set: CompiledPolicySet, of: CallFacts = call, grants: readonly string[] = []): Decision {
  const engine = createEngine();
  expect(engine.load(set, schema)).toEqual({ ok: true });
  return engine.decide(of, { grants });
}

/** As the gateway records it. */
function recordedAs(
  decision: Decision,
  of: CallFacts = call,
  more: Partial<RecordedDecision> = {},
): RecordedDecision {
  const { request, determining, guards, unrepresentable } = decision;
  return {
    call: 'call_1',
    round: 1,
    at: 1_000,
    outcome: decision.outcome,
    reason: decision.reason,
    policySet: decision.policySet,
    context: request === null ? null : JSON.stringify({ ...request, entities: undefined }),
    entities: request === null ? null : JSON.stringify(request.entities),
    explanation: JSON.stringify({ determining, guards, unrepresentable }),
    sentence: sentence(of, decision),
    erased: [],
    grants: [],
    ...more,
  };
}

function open(text: string, live?: string): Replay {
  const opened = openReplay(validOf(text), live === undefined ? {} : { live: validOf(live) });
  if (!opened.ok) throw new Error(opened.message);
  return opened.replay;
}

function replayed(text: string, ...recorded: readonly RecordedDecision[]): ReplayReport {
  const replay = open(text);
  for (const one of recorded) replay.add(one);
  return replay.report();
}

const PERMIT = '@id("p") permit (principal, action, resource);';
const GUARD = `${PERMIT} @id("g") @approve("finance") forbid (principal, action, resource);`;
const CLOSED = `${PERMIT} @id("f") forbid (principal, action, resource) when { principal.risk > 1 };`;

describe('a decision that would change', () => {
  test.each([
    [PERMIT, CLOSED, 'allow', 'deny'],
    [PERMIT, GUARD, 'allow', 'hold'],
    [CLOSED, PERMIT, 'deny', 'allow'],
    [CLOSED, GUARD, 'deny', 'hold'],
    [GUARD, PERMIT, 'hold', 'allow'],
    [GUARD, CLOSED, 'hold', 'deny'],
  ])('%#: is found, with both sentences', (before, after, from, to) => {
    const report = replayed(after, recordedAs(decide(setOf(before))));
    expect(report).toMatchObject({ decisions: 1, changed: 1, unchanged: 0, notReplayed: {} });
    expect(report.groups).toMatchObject([
      {
        agent: 'triage',
        target: 'crm/get_customer',
        from,
        to,
        count: 1,
        alreadyLive: null,
        calls: ['call_1'],
      },
    ]);
    const [example] = report.groups[0]?.examples ?? [];
    expect(example?.from.sentence).toBe(sentence(call, decide(setOf(before))));
    expect(example?.to.sentence).toBe(sentence(call, decide(setOf(after))));
    expect(example?.to.policies).toEqual(decide(setOf(after)).determining.map(({ id }) => id));
  });

  test('is grouped by agent, target and how it changes, the largest group first', () => {
    const other: CallFacts = {
      ...call,
      principal: { ...call.principal, name: 'other' },
    };
    const [mine, theirs] = [call, other].map((of) => recordedAs(decide(setOf(PERMIT), of), of));
    if (mine === undefined || theirs === undefined) throw new Error('two calls were recorded');
    const report = replayed(CLOSED, mine, { ...theirs, call: 'call_2' }, { ...theirs, call: 'call_3' });
    expect(report.groups.map(({ agent, count, calls }) => [agent, count, calls])).toEqual([
      ['other', 2, ['call_2', 'call_3']],
      ['triage', 1, ['call_1']],
    ]);
  });

  test('is told from one that the set in force makes already', () => {
    const replay = open(CLOSED, CLOSED);
    replay.add(recordedAs(decide(setOf(PERMIT))));
    expect(replay.report().groups[0]).toMatchObject({ count: 1, alreadyLive: 1 });
    const fresh = open(CLOSED, PERMIT);
    fresh.add(recordedAs(decide(setOf(PERMIT))));
    expect(fresh.report().groups[0]).toMatchObject({ count: 1, alreadyLive: 0 });
  });

  test('keeps a bounded number of ids and examples, and counts all', () => {
    const replay = open(CLOSED);
    const recorded = recordedAs(decide(setOf(PERMIT)));
    for (let at = 0; at < 1_200; at += 1) replay.add({ ...recorded, call: `call_${at}` });
    const [group] = replay.report().groups;
    expect([group?.count, group?.calls.length, group?.examples.length]).toEqual([1_200, 1_000, 3]);
  });
});

describe('grants', () => {
  const redeemed = recordedAs(decide(setOf(GUARD), call, ['g']), call, { round: 2 });

  test('a call that redeemed one is replayed with it', () => {
    expect(redeemed.reason).toBe('grant_redeemed');
    expect(replayed(GUARD, redeemed)).toMatchObject({ unchanged: 1, changed: 0 });
  });

  test('a guard that the approval did not cover holds it', () => {
    const more = `${GUARD} @id("h") @approve("finance") forbid (principal, action, resource);`;
    expect(replayed(more, redeemed).groups).toMatchObject([{ from: 'allow', to: 'hold', count: 1 }]);
    expect(replayed(more, { ...redeemed, grants: ['g', 'h'] })).toMatchObject({ unchanged: 1 });
  });

  test('a held call that was approved is two decisions', () => {
    const held = recordedAs(decide(setOf(GUARD)));
    expect(replayed(PERMIT, held, redeemed)).toMatchObject({
      decisions: 2,
      unchanged: 1,
      unchangedAs: { allow: 1, hold: 0, deny: 0 },
      changed: 1,
    });
  });
});

describe('what cannot be replayed is counted by its reason', () => {
  const recorded = recordedAs(decide(setOf(PERMIT)));
  const READS = `${PERMIT} @id("f") forbid (principal, action == Action::"crm/get_customer", resource) when { context.input.n > 1 };`;
  const redacted = (recorded.context ?? '').replace('"n":3', `"n":${JSON.stringify(REDACTED)}`);
  const none = { context: null, entities: null, explanation: null } as const;

  test.each([
    ['refused_before_policy', { ...none, reason: 'unregistered', policySet: null, outcome: 'deny' as const }],
    ['settled_after_policy', { reason: 'approval_rejected', outcome: 'deny' as const, round: 2 }],
    ['no_request', { ...none, reason: 'unrepresentable_input', outcome: 'deny' as const }],
    ['erased', { ...none, erased: ['context', 'request'] }],
    ['erased', { entities: null, erased: ['entities'] }],
    ['redacted', { context: redacted }],
    [
      'not_measured',
      { explanation: '{"unrepresentable":[{"path":["usage","callsLastDay"],"why":"not measured"}]}' },
    ],
    ['unreadable', { context: '{"principal":' }],
    ['unreadable', { entities: '{}' }],
  ])('%s', (why, more) => {
    const measures = `${READS} @id("u") forbid (principal is Agent, action in Action::"mcp:tools/call", resource) when { context.usage.callsLastDay > 5 };`;
    const report = replayed(why === 'not_measured' ? measures : READS, { ...recorded, ...more });
    expect(report).toMatchObject({ decisions: 1, unchanged: 0, changed: 0, notReplayed: { [why]: 1 } });
  });

  test('a redacted value does not matter where no policy reads it', () => {
    expect(replayed(CLOSED, { ...recorded, context: redacted })).toMatchObject({
      changed: 1,
      notReplayed: {},
    });
  });

  test('an argument that could not be shown then is not shown now', () => {
    const lost = recordedAs(decide(setOf(PERMIT), { ...call, input: '{"n":0.5}' }));
    expect(lost.outcome).toBe('allow');
    expect(replayed(READS, lost).groups).toMatchObject([
      { from: 'allow', to: 'deny', examples: [{ to: { reason: 'unrepresentable_input' } }] },
    ]);
  });
});

test('parts of a log put together say what the whole says', () => {
  const sets = [PERMIT, CLOSED, GUARD];
  const recorded = Array.from({ length: 60 }, (_, at): RecordedDecision => {
    const of: CallFacts = { ...call, principal: { ...call.principal, name: `agent-${at % 4}` } };
    return recordedAs(decide(setOf(sets[at % 3] ?? PERMIT), of), of, {
      call: `call_${at}`,
      ...(at % 7 === 0 ? { context: null, erased: ['context'] } : {}),
    });
  });
  const reportOf = (part: readonly RecordedDecision[]): ReplayReport => {
    const replay = open(GUARD, CLOSED);
    for (const one of part) replay.add(one);
    return replay.report();
  };
  const parts = [recorded.slice(0, 17), recorded.slice(17, 40), recorded.slice(40)].map(reportOf);
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('three parts');
  expect(mergeReports([first, ...others])).toEqual(reportOf(recorded));
});

test('an engine that dies denies that decision, and replays the next one', () => {
  let dies = true;
  const opened = openReplay(validOf(PERMIT), {
    open: (): Cedar => {
      const cedar = openCedar();
      return {
        ...cedar,
        statefulIsAuthorized(asked) {
          if (!dies) return cedar.statefulIsAuthorized(asked);
          dies = false;
          throw new Error('unreachable executed');
        },
      };
    },
  });
  if (!opened.ok) throw new Error(opened.message);
  const recorded = recordedAs(decide(setOf(PERMIT)));
  expect(opened.replay.add(recorded)).toMatchObject({
    kind: 'changed',
    to: 'deny',
    decision: { reason: 'policy_error' },
  });
  expect(opened.replay.add(recorded)).toMatchObject({ kind: 'same', to: 'allow' });
});

test('what was recorded replays to the very decision that a set makes of the call itself, whatever set decided it', () => {
  fc.assert(
    fc.property(
      policyText,
      policyText,
      facts,
      input,
      fc.subarray(['p0', 'p1', 'p2']),
      (a, b, of, args, grants) => {
        const made: CallFacts = { ...of, input: JSON.stringify(args) };
        const [first, second] = [setOf(a), setOf(b)];
        const before = decide(first, made);
        const opened = openReplay({ set: second, schema });
        if (!opened.ok) throw new Error(opened.message);
        const replayed = opened.replay.add(recordedAs(before, made, { grants }));
        const wanted = decide(second, made, grants);
        if (replayed.kind === 'not_replayed') throw new Error(replayed.why);
        expect([
          replayed.to,
          replayed.decision.reason,
          replayed.decision.determining.map(({ id }) => id),
        ]).toEqual([wanted.outcome, wanted.reason, wanted.determining.map(({ id }) => id)]);
        expect(replayed.kind).toBe(before.outcome === wanted.outcome ? 'same' : 'changed');
        expect([null, sentence(made, wanted)]).toContain(replayed.sentence);
      },
    ),
    { numRuns: 25 },
  );
});

describe('a message that was recorded before its content was shown to policies', () => {
  const message: CallFacts = {
    ...ordinaryCall,
    operation: 'a2a:message/send',
    resource: { ...ordinaryCall.principal, kind: 'agent' } as AgentFacts,
    input: '{}',
  };
  const decided = decide(setOf('@id("p") permit (principal, action, resource);'), message);
  /** Nothing was said of what is missing, since nothing was. */
  const then = recordedAs({ ...decided, unrepresentable: [] }, message);

  test('is decided again by what reads none of it', () => {
    const report = replayed('@id("f") forbid (principal, action, resource);', then);
    expect(report).toMatchObject({ changed: 1, notReplayed: {} });
  });

  test('is not decided by what reads it, whatever that says', () => {
    const reading = (condition: string) =>
      `@id("f") forbid (principal, action in Action::"a2a:message", resource) when { ${condition} };`;
    for (const condition of ['context.input.textLength > 3', 'context.input.dataKeys.contains("x")'])
      expect(replayed(reading(condition), then)).toMatchObject({
        unchanged: 0,
        changed: 0,
        notReplayed: { not_measured: 1 },
      });
  });
});
