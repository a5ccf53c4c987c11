import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

test.each([
  ['/', '/'],
  ['/approvals/apr_1?tab=why', '/approvals/apr_1?tab=why'],
  ['/calls?q=a%20b&from=2026-01-01', '/calls?q=a%20b&from=2026-01-01'],
  ['/a/../b', '/b'],
  ['/calls#token=x', '/calls'],
])('leads back to a path of the console: %j', (given, path) => {
  expect(returnPath(given)).toBe(path);
});

test.each([
  undefined,
  '',
  'calls',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '\\\\evil.example',
  '/a/..//evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  ' //evil.example',
  '/\n//evil.example',
  `/${'a'.repeat(2000)}`,
  '/api/v1/session/oidc/start',
  '/metrics',
])('leads nowhere else: %j', (given) => {
  expect(returnPath(given)).toBe('/');
});
