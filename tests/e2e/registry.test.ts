// Agents come and go while the gateway runs: registered, changed and stopped by `countersign apply`, each in force from the
// next call on, and no policy is touched for it. What is wrong is refused whole, with the key, the value and the fix.
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply, tryApply } from './apply.ts';
import { entriesOf } from './entries.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { policyFiles } from './policy-files.ts';
import type { CallRow } from './raw-world.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

function agent(name: string, change: Readonly<Record<string, unknown>> = {}): string {
  return manifest('Agent', name, {
    owner: 'olive',
    team: 'platform',
    purpose: `tests of ${name}`,
    capabilities: ['fixture'],
    risk: 'medium',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
    ...change,
  });
}

async function send(name: string, tool: string, args: object, meta = {}): Promise<Response> {
  return callModern({
    url: `${world.gateway.data}/mcp/fixture`,
    token: await world.token(name, '/mcp/fixture'),
    tool,
    args: { ...args },
    meta,
  });
}

/** Calls as `name`: `done`, or the reason of the denial. */
async function call(name: string, tool = 'echo', args: object = { text: 'x' }): Promise<string> {
  const { result } = (await (await send(name, tool, args)).json()) as Message;
  return result?.isError === true ? (result._meta?.['dev.countersign/refusal']?.['reason'] ?? '') : 'done';
}
const newest = async (name: string) =>
  (
    await world.admin<{ calls: (CallRow & { owner: string; sentence: string })[] }>(
      `/calls?agent=${name}&limit=1`,
    )
  ).calls[0];
const changes = async () => (await entriesOf(world.gateway, 'registry.changed')).length;

test('agent number 101 is governed from its first call, and no policy is touched for it (P2r)', async () => {
  const crowd = Array.from({ length: 98 }, (_, i) => agent(`crowd-${i}`));
  await apply(world.gateway, ...crowd);
  const { agents } = await world.admin<{ agents: object[] }>('/agents');
  expect(agents).toHaveLength(100);
  const policies = policyFiles(world.gateway, world.gateway.adminToken ?? '');
  const before = await policies.view();
  expect(await call('number-101')).toBe('unregistered');

  await apply(world.gateway, agent('number-101'));
  expect(await call('number-101', 'fail', {})).toBe('forbidden');
  expect(await newest('number-101')).toMatchObject({ decision: 'deny', owner: 'olive' });
  expect(await call('number-101')).toBe('done');
  expect((await newest('number-101'))?.sentence).toMatch(/number-101.*olive.*workers-use-the-fixture/);
  expect(await policies.view()).toEqual(before);
  expect(await entriesOf(world.gateway, 'policy.activated')).toHaveLength(1);
});

test('an identity of one agent is not another’s, whatever it calls itself', async () => {
  await apply(world.gateway, agent('alone'), agent('powerless', { capabilities: [] }));
  expect(await call('alone')).toBe('done');
  expect(await call('powerless')).toBe('no_permit');
});

describe('what is wrong is refused whole', () => {
  const wrong: Record<string, [string, RegExp]> = {
    'an agent without an owner (I2)': [agent('x', { owner: undefined }), /`spec\.owner`/],
    'an agent that a team owns (I2)': [agent('x', { owner: 'platform' }), /`spec\.owner`.*`platform`/s],
    'an agent that a group owns (I2)': [agent('x', { owner: 'finance' }), /`spec\.owner`.*`finance`/s],
    'an owner that nobody is': [agent('x', { owner: 'ghost' }), /`ghost`/],
    'an owner who has left': [
      manifest('User', 'gone', { email: 'gone@example.com', active: false }) + agent('x', { owner: 'gone' }),
      /`gone`/,
    ],
    'a team that is none': [agent('x', { team: 'nowhere' }), /`nowhere`/],
    'a risk that is none': [agent('x', { risk: 'enormous' }), /`spec\.risk`.*`enormous`.*`low`/s],
    'an identity that another agent has': [
      agent('x', { identities: [{ issuer: 'corp', claim: 'client_id', value: 'worker' }] }),
      /`worker`/,
    ],
    'an issuer that is none': [
      agent('x', { identities: [{ issuer: 'nobody', claim: 'client_id', value: 'x' }] }),
      /`nobody`/,
    ],
    'a key that is misspelt': [agent('x', { capabilites: ['fixture'] }), /`?spec\.capabilites`?/],
    'a kind that is none': [manifest('Robot', 'x', {}), /`Robot`/],
    'a credential whose secret is not there': [
      manifest('MCPServer', 'x', {
        url: 'http://127.0.0.1:1/mcp',
        team: 'platform',
        environment: 'production',
        risk: 'low',
        credential: { kind: 'bearer', env: 'NO_SUCH_SECRET' },
      }),
      /`NO_SUCH_SECRET`/,
    ],
    'a server on a scheme that is none': [
      manifest('MCPServer', 'x', {
        url: 'file:///etc/passwd',
        team: 'platform',
        environment: 'production',
        risk: 'low',
      }),
      /`spec\.url`/,
    ],
  };
  test.each(Object.entries(wrong))('%s', async (_what, [text, complaint]) => {
    const before = await changes();
    const { code, stderr } = await tryApply(world.gateway, agent('innocent'), text);
    expect(code).toBe(1);
    expect(stderr).toMatch(complaint);
    expect(await changes()).toBe(before);
    expect(await call('innocent')).toBe('unregistered');
  });

  test('by somebody who is no admin', async () => {
    const issued = await world.gateway.cli('users', 'token', 'fiona@example.com', '--json');
    const { token } = JSON.parse(issued.stdout) as { token: string };
    const response = await fetch(`${world.gateway.admin}/api/v1/apply`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ manifests: agent('innocent') }),
    });
    expect(response.status).toBe(403);
    expect(await call('innocent')).toBe('unregistered');
  });
});

describe('a change', () => {
  test('is in force from the next call on, and recorded once', async () => {
    await apply(world.gateway, agent('changing'));
    expect(await call('changing')).toBe('done');
    const before = await changes();
    await apply(world.gateway, agent('changing', { capabilities: [] }));
    expect(await call('changing')).toBe('no_permit');
    expect(await changes()).toBe(before + 1);
    await apply(world.gateway, agent('changing', { capabilities: [] }));
    expect(await changes()).toBe(before + 1);
  });

  test('of the identities keeps the agent and its history (I9)', async () => {
    await apply(world.gateway, agent('rotating'));
    expect(await call('rotating')).toBe('done');
    const { id } = (await newest('rotating')) as CallRow;
    await apply(
      world.gateway,
      agent('rotating', { identities: [{ issuer: 'corp', claim: 'client_id', value: 'rotated' }] }),
    );
    expect(await call('rotating')).toBe('unregistered');
    expect(await call('rotated')).toBe('done');
    const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?agent=rotating');
    expect(calls).toHaveLength(2);
    expect(calls[1]?.id).toBe(id);
  });
});

describe('quarantine (H7)', () => {
  test('stops the next call, is not lifted by a manifest that says nothing of it, and is lifted by one that does', async () => {
    await apply(world.gateway, agent('suspect'));
    expect(await call('suspect')).toBe('done');
    await apply(world.gateway, agent('suspect', { status: 'quarantined' }));
    expect(await call('suspect')).toBe('quarantined');
    await apply(world.gateway, agent('suspect', { purpose: 'something else' }));
    expect(await call('suspect')).toBe('quarantined');
    await apply(world.gateway, agent('suspect', { status: 'active' }));
    expect(await call('suspect')).toBe('done');
    await apply(world.gateway, agent('suspect', { status: 'retired' }));
    expect(await call('suspect')).toBe('quarantined');
  });

  test('stops a stream that is open: no further event passes, and the call is on record as aborted', async () => {
    await apply(world.gateway, agent('streaming'));
    const steps = { steps: 1000, interval_ms: 10 };
    const events = eventsOf(await send('streaming', 'slow', steps, { progressToken: 'p' }));
    expect(await events.next()).toMatchObject({ method: 'notifications/progress' });
    await apply(world.gateway, agent('streaming', { status: 'quarantined' }));
    await expect(events.rest()).rejects.toThrow(/terminated/);
    await expect
      .poll(() => newest('streaming'), SOON)
      .toMatchObject({ decision: 'allow', state: 'completed', outcome: 'aborted' });
  });

  test('of the admin plane stops the next call and the open stream when it answers, for a reason that is on record', async () => {
    await apply(world.gateway, agent('caught'));
    const steps = { steps: 1000, interval_ms: 10 };
    const events = eventsOf(await send('caught', 'slow', steps, { progressToken: 'p' }));
    expect(await events.next()).toMatchObject({ method: 'notifications/progress' });
    const order = (what: string): Promise<Response> =>
      fetch(`${world.gateway.admin}/api/v1/agents/caught/${what}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${world.gateway.adminToken ?? ''}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ reason: `to ${what} it` }),
      });
    expect((await order('quarantine')).status).toBe(200);
    expect(await call('caught')).toBe('quarantined');
    await expect(events.rest()).rejects.toThrow(/terminated/);
    const permissions = await world.admin<{ permissions: readonly { answer: string; reason: string }[] }>(
      '/agents/caught/permissions?upstream=fixture',
    );
    expect(new Set(permissions.permissions.map(({ reason }) => reason))).toEqual(new Set(['quarantined']));
    expect((await order('release')).status).toBe(200);
    expect(await call('caught')).toBe('done');
    const after = await world.admin<{ permissions: readonly { name: string }[] }>(
      '/agents/caught/permissions?upstream=fixture',
    );
    expect(after.permissions.filter(({ name }) => name === 'echo')).toMatchObject([{ answer: 'allowed' }]);
    expect(after.permissions.filter(({ name }) => name === 'fail')).toMatchObject([
      { answer: 'denied', reason: 'forbidden' },
    ]);
  });

  test('hides what could be listed, too', async () => {
    await apply(world.gateway, agent('lister', { status: 'quarantined' }));
    const url = `${world.gateway.data}/mcp/fixture`;
    const token = await world.token('lister', '/mcp/fixture');
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    const text = await response.text();
    expect(text).toMatch(/"error"/);
    expect(text).not.toContain('echo');
  });
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
});
