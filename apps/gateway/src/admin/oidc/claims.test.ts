import { describe, expect, test } from 'vitest';
import { groupsOf, personOf } from './claims.ts';

const names = { userClaim: 'email', groupsClaim: 'groups' };
const claims = (more: object = {}) => ({ iss: 'https://id.example', sub: 's1', ...more });

describe('a person', () => {
  test('is called by an address that the provider vouches for', () => {
    const person = personOf(claims({ email: 'a@b.example', email_verified: true, name: 'Anne' }), names);
    expect(person).toMatchObject({ name: 'a@b.example', email: 'a@b.example', displayName: 'Anne' });
  });

  test.each([
    ['none', {}],
    ['one that it does not vouch for', { email: 'a@b.example' }],
    ['one that it says is not verified', { email: 'a@b.example', email_verified: false }],
    ['one that it vouches for in words', { email: 'a@b.example', email_verified: 'true' }],
    ['what is no address', { email: 'anne', email_verified: true }],
    ['a list', { email: ['a@b.example'], email_verified: true }],
  ])('is called by `sub` and host with %s', (_what, more) => {
    expect(personOf(claims(more), names)).toMatchObject({ name: 's1@id.example', email: '' });
  });

  test('never bears a name that a registered person could have', () => {
    const called = (preferred_username: unknown) =>
      personOf(claims({ preferred_username }), { ...names, userClaim: 'preferred_username' }).name;
    expect(called('fiona')).toBe('fiona@id.example');
    expect(called('fiona@corp.example')).toBe('fiona@corp.example');
    for (const bad of ['', ' ', 7, null, 'a\u202Eb', 'a\nb', 'x'.repeat(257)])
      expect(called(bad)).toBe('s1@id.example');
  });

  test('claims every address that the token gives them, in lower case', () => {
    const { claimed } = personOf(
      claims({ email: 'A@b.example', preferred_username: 'Fiona@x', upn: 'U@x' }),
      names,
    );
    expect(new Set(claimed)).toEqual(new Set(['a@b.example', 'fiona@x', 'u@x']));
  });

  test.each([
    [1_700_000_000, 1_700_000_000_000],
    [undefined, null],
    ['1700000000', null],
    [Number.NaN, null],
  ])('proved who they are at %j', (auth_time, at) => {
    expect(personOf(claims({ auth_time }), names).authenticatedAt).toBe(at);
  });
});

describe('groups', () => {
  test.each([
    [{ groups: ['a', 'b', 'a'] }, 'groups', ['a', 'b']],
    [{ groups: 'a' }, 'groups', ['a']],
    [{ groups: ['a', 7, null, { a: 1 }] }, 'groups', ['a']],
    [{ groups: 7 }, 'groups', []],
    [{ realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
    [{ 'https://x.example/groups': ['a'] }, 'https://x.example/groups', ['a']],
  ])('of %j by `%s`', (said, claim, groups) => {
    expect(groupsOf(said, claim)).toEqual(groups);
  });

  test.each(['groups', '__proto__', 'constructor.name', 'realm_access.roles', 'toString'])(
    'are not spoken of by `%s`',
    (claim) => {
      expect(groupsOf({ realm_access: 'x' }, claim)).toBeNull();
    },
  );

  test('are no more than a token may hold', () => {
    expect(groupsOf({ groups: Array.from({ length: 5000 }, (_, n) => `g${n}`) }, 'groups')).toHaveLength(
      2000,
    );
  });
});
