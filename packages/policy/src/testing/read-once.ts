// Sets of policies of which it can be decided, by trying, whether some call is not denied: every condition on something unknown
// stands in one place only, can be true and can be false, whatever the others are, and nothing errs.

import * as fc from 'fast-check';
import type { CallFacts } from '../facts.ts';

/** A condition on something that a list does not know, with what makes it false and what makes it true. */
interface Unknown {
  readonly text: string;
  readonly when: readonly [isFalse: Later, isTrue: Later];
}

/** What a later call brings. */
export interface Later {
  readonly input?: Readonly<Record<string, unknown>>;
  readonly meta?: string;
  readonly now?: string;
  readonly ageSeconds?: number;
}

const UNKNOWNS: readonly Unknown[] = [
  { text: 'context.input.n > 5', when: [{ input: { n: 1 } }, { input: { n: 9 } }] },
  { text: 'context.input.b', when: [{ input: { b: false } }, { input: { b: true } }] },
  { text: 'context.input.s == "x"', when: [{ input: { s: 'y' } }, { input: { s: 'x' } }] },
  { text: 'context.input has o', when: [{}, { input: { o: 1 } }] },
  { text: 'context.meta.hasTag("m")', when: [{ meta: '{}' }, { meta: '{"m":1}' }] },
  {
    text: 'context.now > datetime("2026-06-01")',
    when: [{ now: '2026-01-01T00:00:00.000Z' }, { now: '2026-12-01T00:00:00.000Z' }],
  },
  { text: 'context.token.ageSeconds > 100', when: [{ ageSeconds: 1 }, { ageSeconds: 1_000 }] },
];

/** The arguments that these conditions are on. */
export const READ_ONCE_INPUT = {
  type: 'object',
  required: ['n', 'b', 's'],
  properties: {
    n: { type: 'integer' },
    b: { type: 'boolean' },
    s: { type: 'string' },
    o: { type: 'integer' },
  },
};

const KNOWN = [
  'true',
  'false',
  'principal in Team::"red"',
  'principal.purpose == "x"',
  'resource.risk >= principal.risk',
  'resource in Server::"s"',
  'resource in principal.team',
  'context.exposure.labels.contains("pii")',
  'context has subject && context.subject in Group::"finance"',
] as const;

/** The shape of a condition; a hole is filled with the next unknown that no other place has. */
type Shape =
  | { readonly is: 'known'; readonly text: string }
  | { readonly is: 'hole' }
  | { readonly is: '!'; readonly of: Shape }
  | { readonly is: '&&' | '||'; readonly of: readonly [Shape, Shape] }
  | { readonly is: 'if'; readonly of: readonly [Shape, Shape, Shape] };

const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ is: fc.constant('known' as const), text: fc.constantFrom<string>(...KNOWN) }),
    fc.record({ is: fc.constant('hole' as const) }),
    fc.record({ is: fc.constant('hole' as const) }),
    fc.record({ is: fc.constant('!' as const), of: tie('shape') }),
    fc.record({
      is: fc.constantFrom('&&' as const, '||' as const),
      of: fc.tuple(tie('shape'), tie('shape')),
    }),
    fc.record({
      is: fc.constant('if' as const),
      of: fc.tuple(tie('shape'), tie('shape'), tie('shape')),
    }),
  ),
}));

const HEADS = ['permit', 'permit', '@label("pii") permit', 'forbid', 'forbid', '@approve("finance") forbid'];
const SCOPES = [
  'principal is Agent, action in Action::"mcp:tools/call", resource is Tool',
  'principal, action == Action::"s/x", resource in Server::"s"',
  'principal in Team::"red", action, resource',
];

export interface ReadOnceSet {
  readonly texts: readonly string[];
  /** Every combination of what its conditions tell apart. */
  readonly laters: readonly Later[];
}

export const readOnceSet: fc.Arbitrary<ReadOnceSet> = fc
  .tuple(
    fc.array(
      fc.record({
        head: fc.constantFrom(...HEADS),
        scope: fc.constantFrom(...SCOPES),
        kind: fc.constantFrom('when', 'unless'),
        shape,
      }),
      { minLength: 1, maxLength: 5 },
    ),
    fc.shuffledSubarray([...UNKNOWNS], { minLength: 4 }),
  )
  .map(([policies, unknowns]) => {
    const used: Unknown[] = [];
    const write = (at: Shape): string => {
      switch (at.is) {
        case 'known':
          return at.text;
        case 'hole': {
          const next = unknowns[used.length];
          if (next === undefined) return 'true';
          used.push(next);
          return next.text;
        }
        case '!':
          return `!(${write(at.of)})`;
        case 'if':
          return `(if ${write(at.of[0])} then ${write(at.of[1])} else ${write(at.of[2])})`;
        default:
          return `((${write(at.of[0])}) ${at.is} (${write(at.of[1])}))`;
      }
    };
    const texts = policies.map(
      ({ head, scope, kind, shape }, at) => `@id("p${at}") ${head} (${scope}) ${kind} { ${write(shape)} };`,
    );
    return { texts, laters: combinations(used) };
  });

function combinations(unknowns: readonly Unknown[]): Later[] {
  return unknowns.reduce<Later[]>(
    (all, { when }) =>
      all.flatMap((later) =>
        when.map((choice) => ({ ...later, ...choice, input: { ...later.input, ...choice.input } })),
      ),
    [{ input: { n: 0, b: false, s: '' } }],
  );
}

/** A call with what it brings. */
export function withLater(call: CallFacts, { input, meta, now, ageSeconds }: Later): CallFacts {
  const { token } = call;
  if (token === undefined) throw new Error('the call has no token');
  return {
    ...call,
    input: JSON.stringify(input),
    meta: meta ?? '{}',
    now: now ?? call.now,
    token: { ...token, ageSeconds: ageSeconds ?? 0 },
  };
}
