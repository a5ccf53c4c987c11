import { expect, it } from 'vitest';
import { grantOf } from './grant.ts';

it('a token that is asked for ends after so many hours, or names no end', () => {
  expect(grantOf('fiona', ['admin', 'viewer'], 720)).toEqual({
    user: 'fiona',
    roles: ['viewer', 'admin'],
    expiresInHours: 720,
  });
  expect(grantOf('fiona', ['approver'], 0)).toEqual({ user: 'fiona', roles: ['approver'] });
});
