import { expect, test } from 'vitest';
import type { RegistrySnapshot } from '../registry/types.ts';
import { audienceOf } from './audience.ts';

const US = 'https://gateway.example';
const registry = {
  servers: new Map([['crm', {}]]),
  a2a: new Map([['helper', {}]]),
} as unknown as RegistrySnapshot;

const bearer = (claims: unknown) =>
  `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
const of = (authorization: string | null) => audienceOf(authorization, US, registry);

test('a token is held to the endpoint of ours that it names: the receipts’ own first', () => {
  expect(of(bearer({ aud: `${US}/mcp/crm` }))).toBe(`${US}/mcp/crm`);
  expect(of(bearer({ aud: ['https://other.example', `${US}/a2a/helper`] }))).toBe(`${US}/a2a/helper`);
  expect(of(bearer({ aud: [`${US}/mcp/crm`, `${US}/receipts`] }))).toBe(`${US}/receipts`);
});

test.each([
  ['nothing', null],
  ['no token', 'Bearer x'],
  ['a token for elsewhere', bearer({ aud: 'https://other.example/mcp/crm' })],
  ['a server that is not registered', bearer({ aud: `${US}/mcp/gone` })],
  ['an agent under the name of a server', bearer({ aud: `${US}/a2a/crm` })],
  ['a path below an endpoint', bearer({ aud: `${US}/mcp/crm/x` })],
  ['a prefix of another host', bearer({ aud: `${US}.evil.example/mcp/crm` })],
  ['an audience that is no text', bearer({ aud: 7 })],
  ['claims that are no object', bearer(null)],
])('%s is held to the receipts’ own, whatever is asked about', (_case, authorization) => {
  expect(of(authorization)).toBe(`${US}/receipts`);
});
