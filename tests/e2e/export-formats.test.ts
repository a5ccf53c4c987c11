// Every format as a user takes it, from a running gateway; what is signed verifies with the node's own published key.
import { createPublicKey, verify } from 'node:crypto';
import { importNoteVerifier } from '@countersign/audit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EXPORT_FORMATS } from '../../apps/gateway/src/exports/formats.ts';
import { ocsfFaults } from '../../apps/gateway/src/exports/testing/ocsf-validator.ts';
import { parseCef, parseCsv } from '../../apps/gateway/src/exports/testing/readers.ts';
import { callAs } from './modern-call.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let chain: string;

beforeAll(async () => {
  world = await startWorld();
  await callAs(world, 'worker', 'fixture', 'echo', { text: 'hello' });
  const newest = async () =>
    (await world.admin<{ calls: { chain: string }[] }>('/calls?limit=1')).calls[0]?.chain;
  chain = (await vi.waitUntil(newest, SOON)) ?? '';
});

afterAll(() => world.close());

async function exported(format: string, ...more: string[]): Promise<string> {
  const args = ['export', '--format', format, '--chain', chain, '--out', '-', ...more];
  const { code, stdout, stderr } = await world.gateway.cli(...args);
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}: ${stderr}`);
  return stdout;
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

test.each([...EXPORT_FORMATS.keys()])('a chain can be taken away as %s', async (format) => {
  const text = await exported(format, '--disclose', 'all');
  expect(text.length).toBeGreaterThan(100);
  expect(text).toContain(format === 'dsse' ? 'payloadType' : 'echo');
});

test('what is taken away is what the formats promise', async () => {
  for (const event of lines(await exported('ocsf'))) expect(ocsfFaults(JSON.parse(event))).toEqual([]);
  for (const event of lines(await exported('cef'))) expect(parseCef(event).header).toHaveLength(7);
  expect(parseCsv(await exported('csv')).length).toBeGreaterThan(2);
});

test('names stay where they are when nothing is disclosed', async () => {
  for (const format of EXPORT_FORMATS.keys()) {
    const text = await exported(format, '--disclose', 'none');
    expect(text).not.toMatch(/olive|hello/);
  }
});

test('a DSSE statement verifies with the receipt key that the log tells of', async () => {
  const [line] = lines(await exported('dsse'));
  const envelope = JSON.parse(line ?? '') as {
    payload: string;
    payloadType: string;
    signatures: [{ keyid: string; sig: string }];
  };
  const listed = await world.gateway.cli('keys', 'list', '--json');
  const vkey = /"([^"]+\/receipts\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)"/.exec(listed.stdout)?.[1] ?? '';
  const verifier = await importNoteVerifier(vkey);
  if (!verifier.ok) throw new Error(`no receipt key in ${listed.stdout}`);
  expect(vkey.startsWith(`${envelope.signatures[0].keyid}+`)).toBe(true);
  const x = Buffer.from(verifier.value.publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} `),
    payload,
  ]);
  expect(verify(null, signed, key, Buffer.from(envelope.signatures[0].sig, 'base64'))).toBe(true);
});
