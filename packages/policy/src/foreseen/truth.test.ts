import { describe, expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import type { CedarRequest } from '../decision.ts';
import { viewOf } from '../view.ts';
import { type Truth, truthOf } from './truth.ts';

const cedar = openCedar();

const request: CedarRequest = {
  principal: { type: 'Agent', id: 'a' },
  action: { type: 'Action', id: 'go' },
  resource: { type: 'Tool', id: 't' },
  context: {
    input: { amount: 5, name: 'x', urgent: true, rate: { __extn: { fn: 'decimal', arg: '1.5' } } },
    labels: ['pii', 'secret'],
    sets: [['x'], ['y']],
    empty: [],
    large: 2 ** 53,
    torn: '\ud800',
    owner: { __entity: { type: 'User', id: 'u' } },
  },
  entities: [
    { uid: { type: 'Agent', id: 'a' }, attrs: { risk: 2 }, parents: [{ type: 'Team', id: 'red' }] },
    { uid: { type: 'User', id: 'u' }, attrs: { active: false }, parents: [] },
  ],
};

function told(condition: string): Truth {
  const answer = cedar.policyToJson(`permit (principal, action, resource) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return truthOf(answer.json.conditions[0]?.body)?.(viewOf(request));
}

describe('without the engine it is told', () => {
  test.each<[string, boolean]>([
    ['context.input.amount > 5', false],
    ['context.input.amount >= 5', true],
    ['context.input.amount == "5"', false],
    ['context.input.name == "x"', true],
    ['context.input.name != 1', true],
    ['context.input.urgent', true],
    ['!context.owner.active', true],
    ['context.input has amount', true],
    ['context has input.note', false],
    ['context has nothing.at.all', false],
    ['User::"nobody" has active', false],
    ['context.labels.contains("pii")', true],
    ['context.labels.contains("public")', false],
    ['context.empty.contains(context.input)', false],
    ['principal.risk < 3', true],
    ['principal == Agent::"a"', true],
    ['principal == resource', false],
    ['context.owner == "u"', false],
    ['principal in Team::"red"', true],
    ['resource in Team::"red"', false],
    // What comes after the operand that settles it is not looked at.
    ['principal.risk == 3 && context.now < datetime("2026-01-01")', false],
    ['principal.risk == 2 || context.nothing', true],
  ])('%s: %s', (condition, truth) => expect(told(condition)).toBe(truth));
});

describe('left to the engine is', () => {
  test.each([
    ['an attribute that is missing', 'context.input.note == "x"'],
    ['an attribute of what has none', 'context.input.amount.cents == 1'],
    ['a test for one of what has none', 'context.input.amount has cents'],
    ['a number compared with a text', 'context.input.amount > "1"'],
    ['a number that JSON has rounded', 'context.large == 9007199254740993'],
    ['a number that the policy’s JSON has rounded', '9007199254740992 < 9007199254740993'],
    ['a text that is not well-formed', 'context.torn == "x"'],
    ['a decimal', 'context.input.rate == decimal("1.50")'],
    ['a record', 'context.input == {"amount": 5}'],
    ['a set of sets', 'context.sets.contains(["y"])'],
    ['what errs, though the answer would not depend on it', 'context.empty.contains(context.nothing)'],
    ['arithmetic', 'context.input.amount + 1 > 5'],
    ['whatever comes after what is left to it', 'context.input.note == "x" && false'],
    ['what is no condition', 'context.input.name && true'],
    ['what comes out as no condition', 'context.input.urgent && context.input.name'],
    ['a tag', 'principal.hasTag("x")'],
  ])('%s: %s', (_what, condition) => expect(told(condition)).toBeUndefined());
});
