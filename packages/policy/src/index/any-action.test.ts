import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import type { CompiledPolicy } from '../compile/types.ts';
import { COMPANY, policyTexts } from '../testing/company.ts';
import { unvalidatedSet } from '../testing/plain-cedar.ts';
import { schemaOf } from '../testing/set-up.ts';
import { aboutAnyAction } from './any-action.ts';

const cedar = openCedar();

function parse(text: string) {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('\n'));
  return answer.json;
}

const rewritten = (text: string) => aboutAnyAction({ text, json: parse(text) } as CompiledPolicy);

describe('a policy about any action', () => {
  it.each([
    ['one action', 'permit (principal, action == Action::"a", resource);'],
    ['a list of actions', 'forbid(principal,action in [Action::"a, (b", Action::"]"],resource);'],
    [
      'a typed principal in a group',
      'permit (principal is Agent in Team::"t", action in Action::"a", resource);',
    ],
    [
      'comments that look like scopes',
      '// permit (principal, action,\nforbid // (a, b, c)\n(principal, // x, y\naction == Action::"a", resource);',
    ],
    [
      'annotations named like effects',
      '@permit("(a, b, c)") @forbid("\\"(") permit (principal, action == Action::"a", resource);',
    ],
    ['an annotation without a value', '@permit permit (principal, action == Action::"a", resource);'],
    ['names with quotes', 'permit (principal == Agent::"\\", action, (", action == Action::"a", resource);'],
    [
      'conditions',
      'permit (principal, action == Action::"a", resource) when { [1, 2].contains(3) } unless { action == Action::"b" };',
    ],
  ])('is otherwise the same, with %s', (_, text) => {
    expect(parse(rewritten(text).text)).toEqual({ ...parse(text), action: { op: 'All' } });
    expect(rewritten(text).json).toEqual(parse(rewritten(text).text));
  });

  it('leaves alone what it cannot read', () => {
    expect(
      aboutAnyAction({ text: 'permit', json: parse('permit(principal,action,resource);') } as CompiledPolicy)
        .text,
    ).toBe('permit');
  });
});

test('any set of policies parses to the same policies, about any action', () => {
  const schema = schemaOf(COMPANY);
  fc.assert(
    fc.property(policyTexts, (texts) => {
      for (const policy of unvalidatedSet(texts, schema, cedar).policies) {
        const { text, json } = aboutAnyAction(policy);
        expect(parse(text)).toEqual({ ...policy.json, action: { op: 'All' } });
        expect(json).toEqual({ ...policy.json, action: { op: 'All' } });
      }
    }),
    { numRuns: 200 },
  );
});
