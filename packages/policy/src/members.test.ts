import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { mapMembers } from './members.ts';
import { buildRequest } from './request.ts';
import { ordinaryCall } from './testing/facts.ts';
import { hostileName } from './testing/hostile.ts';
import { schemaOf } from './testing/set-up.ts';

const NO_USAGE = { callsLastMinute: 0, callsLastHour: 0, callsLastDay: 0 };

function shown(text: string | undefined): { names: unknown; tags: unknown; lost: number } {
  const mapped = mapMembers('meta', text);
  if ('why' in mapped) throw new Error(mapped.why);
  const { entity, unrepresentable } = mapped;
  return { names: entity.attrs['names'], tags: entity.tags, lost: unrepresentable.length };
}

test('strings are shown as they are, and everything else as its text, digits and all', () => {
  expect(shown('{"s":"x","n":1.50,"big":9007199254740993,"l":[1,"a"],"o":{"k":null},"b":true}')).toEqual({
    names: ['s', 'n', 'big', 'l', 'o', 'b'],
    tags: { s: 'x', n: '1.50', big: '9007199254740993', l: '[1,"a"]', o: '{"k":null}', b: 'true' },
    lost: 0,
  });
});

test('what was not sent has no members', () => {
  expect(shown(undefined)).toEqual({ names: [], tags: {}, lost: 0 });
});

describe('all of it is unrepresentable where one member cannot be shown', () => {
  test.each<[string, string]>([
    ['a name that is no text', '{"ok":"x","\\ud800":"y"}'],
    ['a value that is no text', '{"ok":"x","bad":"\\udfff"}'],
    [
      'more members than are shown',
      JSON.stringify(Object.fromEntries(Array.from({ length: 257 }, (_, at) => [`m${at}`, at]))),
    ],
  ])('%s', (_, text) => {
    expect(shown(text)).toEqual({ names: [], tags: {}, lost: 1 });
  });
});

test.each(['__entity', '__extn', '__expr'])('a member `%s` is refused at any depth', (name) => {
  expect(mapMembers('meta', `{"a":[{"b":{"${name}":{"type":"User","id":"root"}}}]}`)).toMatchObject({
    why: expect.stringContaining(name) as string,
  });
});

test('whatever is sent is either shown member for member, as an entity that validates, or is unrepresentable', () => {
  const cedar: Cedar = openCedar();
  const schema = schemaOf({ tools: { 'crm/get_customer': { type: 'object' } } });
  fc.assert(
    fc.property(fc.dictionary(hostileName, fc.jsonValue(), { maxKeys: 6 }), (members) => {
      const meta = JSON.stringify(members);
      const built = buildRequest({ ...ordinaryCall, usage: NO_USAGE, meta }, schema);
      expect(built.ok).toBe(!/"__(?:entity|extn|expr)":/.test(meta));
      if (!built.ok) return;
      const { request, unrepresentable } = built;
      const answer = cedar.isAuthorized({
        ...request,
        context: { ...request.context },
        entities: request.entities.filter(({ uid }) => !('type' in uid) || uid.type !== 'Action'),
        schema: schema.json,
        validateRequest: true,
        policies: { staticPolicies: {} },
      });
      expect(answer.type === 'failure' ? answer.errors : []).toEqual([]);
      const entity = request.entities.find(
        ({ uid }) => 'id' in uid && uid.type === 'Members' && uid.id === 'meta',
      );
      const isWhole = unrepresentable.length === 0;
      expect(Object.keys(entity?.tags ?? {})).toHaveLength(isWhole ? Object.keys(members).length : 0);
      const isShown = ([name, value]: [string, unknown]): boolean => {
        const tag: unknown = entity?.tags?.[name];
        return (
          tag === value ||
          (typeof value !== 'string' && JSON.stringify(JSON.parse(String(tag))) === JSON.stringify(value))
        );
      };
      expect(!isWhole || Object.entries(members).every(isShown)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
