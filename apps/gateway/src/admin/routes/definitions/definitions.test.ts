import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Definition, DefinitionList, DefinitionText, ErrorBody, UpstreamList } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

// Names that no path could carry, and one that would steer a terminal.
const NAMES = ['..', 'a/b', 'a"b', 'accept', '‮evil'];
let generation = 0;

const get = async <T>(path: string): Promise<T> => {
  const response = await admin.request(`/api/v1${path}`, { token: admin.adminToken });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
const list = async (): Promise<DefinitionList> => get<DefinitionList>('/upstreams/payments/definitions');
const accept = (name: string, digest: string, token = admin.adminToken, server = 'payments') =>
  admin.request(`/api/v1/upstreams/${server}/definitions/accept`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, digest }),
  });
const redefine = (): Promise<void> => {
  generation += 1;
  return admin.listTools(...NAMES.map((name) => ({ name, description: `generation ${generation}` })));
};
const errorOf = async (response: Response): Promise<string> =>
  ((await response.json()) as ErrorBody).error.code;

describe('the tools of a server', () => {
  beforeEach(redefine);

  test('200: are accepted at first sight, and held back with what changed once they are defined otherwise', async () => {
    const { toolPinning, definitions: tools } = await list();
    expect(toolPinning).toBe('first-seen');
    expect(tools.map(({ name }) => name)).toEqual([...NAMES].sort());
    expect(tools.every(({ state, difference }) => state === 'accepted' && difference === null)).toBe(true);
    await redefine();
    const [changed] = (await list()).definitions;
    expect(changed).toMatchObject({ state: 'changed', accepted: { digest: tools[0]?.digest, by: null } });
    expect(changed?.difference).toContain(
      '-  "description": "generation 1",\n+  "description": "generation 2",\n',
    );
    const { upstreams } = await get<UpstreamList>('/upstreams');
    expect(upstreams).toMatchObject([{ name: 'payments', tools: NAMES.length, heldBack: NAMES.length }]);
  });

  test.each(NAMES)('200: the tool %j is read in full, as it is and as it was accepted', async (name) => {
    await accept(name, (await list()).definitions.find((each) => each.name === name)?.digest ?? '');
    const before = `generation ${generation}`;
    await redefine();
    const read = await get<DefinitionText>(
      `/upstreams/payments/definitions/text?name=${encodeURIComponent(name)}`,
    );
    expect(read).toMatchObject({ kind: 'tool', name });
    expect(JSON.parse(read.accepted?.text ?? '')).toMatchObject({ name, description: before });
    expect(JSON.parse(read.listed.text)).toMatchObject({ name, description: `generation ${generation}` });
    // What no screen shows is spelled out.
    expect(read.listed.text).not.toContain('\u202e');
    expect((await list()).definitions.find((each) => each.name === name)?.digest).toBe(read.listed.digest);
  });

  test('404: in full, what the server does not list', async () => {
    const response = await admin.request('/api/v1/upstreams/payments/definitions/text?name=gone', {
      token: admin.adminToken,
    });
    expect([response.status, await errorOf(response)]).toEqual([404, 'not_found']);
  });

  test.each(NAMES)('200: the tool %j is accepted by its digest, once, and recorded', async (name) => {
    const held = (await list()).definitions.find((tool) => tool.name === name);
    const size = admin.store.health().size;
    const response = await accept(name, held?.digest ?? '');
    expect(response.status).toBe(200);
    const tool = (await response.json()) as Definition;
    expect(tool).toMatchObject({ name, state: 'accepted', accepted: { by: 'admin' }, difference: null });
    expect((await accept(name, held?.digest ?? '')).status).toBe(200);
    expect(admin.store.health().size).toBe(size + 1);
    const pins = await admin.store.readers.pins.all();
    expect(pins.find((pin) => pin.name === name)).toMatchObject({
      digest: held?.digest,
      acceptedBy: 'admin',
    });
  });

  test('409: what was shown is what is accepted, not what the server lists by now', async () => {
    const shown = (await list()).definitions.find(({ name }) => name === 'a/b');
    await redefine();
    const response = await accept('a/b', shown?.digest ?? '');
    expect([response.status, await errorOf(response)]).toEqual([409, 'digest_mismatch']);
  });

  test('two people who accept the same definition at once accept it once', async () => {
    const held = (await list()).definitions.find(({ name }) => name === 'a/b');
    const size = admin.store.health().size;
    const both = await Promise.all([accept('a/b', held?.digest ?? ''), accept('a/b', held?.digest ?? '')]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(admin.store.health().size).toBe(size + 1);
  });

  test('403: only an admin accepts', async () => {
    const token = await admin.tokenFor('fiona', ['approver', 'viewer']);
    expect((await accept('a/b', '0'.repeat(64), token)).status).toBe(403);
  });

  test('404: a tool that the server does not list, and a server that nobody registered', async () => {
    expect((await accept('gone', '0'.repeat(64))).status).toBe(404);
    expect((await accept('a/b', '0'.repeat(64), admin.adminToken, 'nobody')).status).toBe(404);
    const response = await admin.request('/api/v1/upstreams/nobody/definitions', { token: admin.adminToken });
    expect(response.status).toBe(404);
  });

  test('400: a digest that is none, and a body with more in it', async () => {
    expect((await accept('a/b', 'latest')).status).toBe(400);
    expect((await accept('', '0'.repeat(64))).status).toBe(400);
  });
});
