// Calls that an engine really decided, recorded as the pipeline records them: what replay and shadow are tested on.
import { type EntryDraft, type Id, newId } from '@countersign/audit';
import {
  buildSchema,
  type CallFacts,
  compile,
  createEngine,
  type Decision,
  type PolicySource,
  readCases,
  type SchemaInput,
  sentence,
} from '@countersign/policy';
import { asDigest } from '../../digest.ts';
import { sha256Hex } from '../../policies/sha256.ts';

export const INPUT: SchemaInput = {
  servers: [
    {
      name: 'payments',
      tools: [
        {
          name: 'pay',
          inputSchema: {
            type: 'object',
            required: ['amount_cents'],
            properties: { amount_cents: { type: 'integer' } },
          },
        },
      ],
    },
  ],
  groups: ['finance'],
  teams: ['billing'],
};

export const source = (text: string): PolicySource[] => [{ file: 'set.cedar', text }];

export const OPEN = '@id("open") permit (principal, action, resource);\n';
export const LIMIT = `${OPEN}@id("limit") forbid (principal, action == Action::"payments/pay", resource)
when { context.input.amount_cents > 1000 };\n`;
export const GUARD = `${OPEN}@id("guard") @approve("finance") forbid (principal, action == Action::"payments/pay", resource)
when { context.input.amount_cents > 1000 };\n`;

export function payment(amount: number, agent = 'invoice'): CallFacts {
  const read = readCases({
    file: 'call.yaml',
    text: JSON.stringify([
      {
        name: 'a payment',
        facts: {
          principal: { name: agent },
          resource: { name: 'pay', server: { name: 'payments' } },
          input: { amount_cents: amount },
        },
        want: { outcome: 'allow' },
      },
    ]),
  });
  const [one] = read.ok ? read.cases : [];
  if (one === undefined) throw new Error('the call of a test does not read');
  return one.call;
}

/** A set as the engine loads it. */
export function compiledSet(text: string) {
  const schema = buildSchema(INPUT, sha256Hex);
  const compiled = compile(source(text), schema, { sha256Hex });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return { set: compiled.set, schema };
}

/** Decides by a set, and gives the entry that records it. */
export function decider(text: string): (
  facts: CallFacts,
  more?: {
    readonly call?: Id<'call'>;
    readonly round?: number;
    readonly grants?: readonly string[];
    readonly approval?: Id<'apr'>;
  },
) => EntryDraft<'call.decided'> & { readonly call: Id<'call'> } {
  const { set, schema } = compiledSet(text);
  const engine = createEngine();
  engine.load(set, schema);
  return (facts, { call, round, grants = [], approval } = {}) =>
    recordedAs(facts, engine.decide(facts, { grants }), {
      ...(call === undefined ? {} : { call }),
      ...(round === undefined ? {} : { round }),
      ...(approval === undefined ? {} : { approval }),
    });
}

/** The entry of a decision, as the pipeline writes it. */
export function recordedAs(
  facts: CallFacts,
  decision: Decision,
  {
    call = newId('call'),
    round = 1,
    approval = null,
  }: { readonly call?: Id<'call'>; readonly round?: number; readonly approval?: Id<'apr'> | null } = {},
): EntryDraft<'call.decided'> & { readonly call: Id<'call'> } {
  const { determining, guards, errors, obligations, nearest, unrepresentable, request } = decision;
  return {
    kind: 'call.decided',
    call,
    agent: newId('agt'),
    chain: newId('chain'),
    body: {
      protocol: 'mcp',
      revision: '2025-11-25',
      operation: 'mcp:tools/call',
      upstream: newId('srv'),
      decision: decision.outcome,
      reason: decision.reason,
      round,
      approval,
      parent: null,
      link: 'root',
      depth: 1,
      policySet: decision.policySet === null ? null : asDigest(decision.policySet),
      schema: decision.schema === null ? null : asDigest(decision.schema),
    },
    details: {
      caller: JSON.stringify({ agent: facts.principal.name }),
      resource: JSON.stringify({ kind: 'tool', name: 'pay', upstream: 'payments' }),
      context: JSON.stringify({ ...request, entities: undefined }),
      entities: JSON.stringify(request?.entities),
      explanation: JSON.stringify({ determining, guards, errors, obligations, nearest, unrepresentable }),
      sentence: sentence(facts, decision),
    },
  };
}
