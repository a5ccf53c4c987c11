import { afterEach, describe, expect, it } from 'vitest';
import { type Answered, type StdioWorld, startStdioWorld } from '../testing/stdio-world.ts';

let world: StdioWorld;
afterEach(() => world.close());

interface Told {
  readonly result?: { readonly content: readonly { readonly text: string }[] };
}

/** What a tool of the server written by hand says. */
async function said<T = unknown>(answer: Answered): Promise<T> {
  if (!answer.ok) throw new Error(answer.failure?.reason);
  const text = await answer.text();
  const { result } = JSON.parse(text) as Told;
  return JSON.parse(result?.content[0]?.text ?? text) as T;
}

const pidOf = async (answer: Promise<Answered>): Promise<number> =>
  (await said<{ pid: number }>(await answer)).pid;

describe('a process', () => {
  it('gets PATH and what its manifest names, and nothing else of the gateway’s environment', async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      COUNTERSIGN_SECRET: 'no',
      TOKEN_OF_THE_SERVER: 'its own',
      HOME: '/root',
    };
    world = await startStdioWorld(
      { env: { LEVEL: 'debug', TOKEN: { env: 'TOKEN_OF_THE_SERVER' } } },
      { env },
    );
    const session = await world.open('ann');
    const seen = await said<{ env: Record<string, string> }>(
      await world.call(session, 1, { what: 'environment' }),
    );
    expect(Object.keys(seen.env).toSorted()).toEqual(['JOURNAL', 'LEVEL', 'PATH', 'TOKEN']);
    expect(seen.env).toMatchObject({ LEVEL: 'debug', TOKEN: 'its own', PATH: env.PATH });
  });

  it('gets its arguments as they are: there is no shell', async () => {
    const args = ['$(touch owned)', '; exit 1', '*', '"'];
    world = await startStdioWorld();
    const { place } = world.server;
    if (place.transport !== 'stdio') throw new Error('not stdio');
    const script = place.args[0] ?? '';
    await world.close();
    world = await startStdioWorld({ args: [script, ...args] });
    const session = await world.open('ann');
    expect(await said(await world.call(session, 1, { what: 'environment' }))).toMatchObject({ argv: args });
  });

  it('that dies in the middle of an answer leaves a call that may have happened, and a session that is gone', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const answer = await world.call(session, 1, { what: 'half' });
    expect(answer.failure).toMatchObject({ code: 'upstream_unavailable', isSent: true });
    expect((await world.call(session, 2, {})).status).toBe(404);
    expect(world.told.some((line) => line.includes('SIGKILL'))).toBe(true);
  });

  it('may write to its stdout what is no message; a little of it is left out, and much of it ends it', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    expect(await said(await world.call(session, 1, { what: 'garbage' }))).toBe('after garbage');
    expect(world.told).toEqual([expect.stringContaining('no JSON-RPC message')]);
    const answer = await world.call(session, 2, { what: 'only garbage' });
    expect(answer.failure).toMatchObject({ code: 'upstream_invalid', isSent: true });
  });

  it('may answer one call with more than is taken, and only that call fails', async () => {
    world = await startStdioWorld({ processes: 'shared' });
    const [ann, bob] = [await world.open('ann'), await world.open('bob')];
    const other = world.call(bob, 1, { what: 'hang' });
    const answer = await world.call(ann, 1, { what: 'long', size: 3_000_000 });
    expect(answer.failure).toMatchObject({ code: 'upstream_invalid', isSent: true });
    expect(await said(await world.call(ann, 2, { fine: 1 }))).toEqual({ fine: 1 });
    await world.post({ method: 'notifications/cancelled', params: { requestId: 1 } }, { session: bob });
    expect((await other).failure?.reason).toContain('cancelled');
  });

  it('is ended where a line without end is nobody’s answer', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const answer = await world.call(session, 1, { what: 'unattributable', size: 3_000_000 });
    expect(answer.failure).toMatchObject({ code: 'upstream_invalid', isSent: true });
    expect((await world.call(session, 2, {})).status).toBe(404);
  });

  it('may complain without end: a part of it is told, without secrets and control characters', async () => {
    const env = { PATH: process.env['PATH'] ?? '', T: 'tok-0123456789' };
    world = await startStdioWorld({ env: { SECRET_TOKEN: { env: 'T' } } }, { env });
    const session = await world.open('ann');
    expect(await said(await world.call(session, 1, { what: 'stderr' }))).toBe('complained');
    await world.transports.close();
    const said20 = world.told.filter((line) => line.includes('says: '));
    expect(said20).toHaveLength(20);
    expect(said20[0]).toBe('server `tools` says: the token is (secret) [31m');
    expect(world.told.join('\n')).toContain('4981 more lines');
  });

  it('waits for a caller that reads slowly, and loses nothing', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const answer = await world.call(session, 1, { what: 'progress', steps: 400, size: 10_000 });
    const text = await answer.text();
    expect(text.match(/"progress":\d+/g)).toHaveLength(400);
  });

  it('that is shared does not wait for a caller that reads slowly: it is cut off, and the others go on', async () => {
    world = await startStdioWorld({ processes: 'shared' }, { limits: { messageBytes: 64 * 1024 } });
    const [ann, bob] = [await world.open('ann'), await world.open('bob')];
    const slow = await world.call(ann, 1, { what: 'progress', steps: 400, size: 10_000 });
    expect(await said(await world.call(bob, 1, { fine: 1 }))).toEqual({ fine: 1 });
    await expect(slow.text()).rejects.toThrow('slower');
  });

  it('is asked to end, and then made to', async () => {
    world = await startStdioWorld({ env: { IGNORES: '1' } });
    const session = await world.open('ann');
    const pid = await pidOf(world.call(session, 1, { what: 'pid' }));
    await world.transports.close();
    expect((await world.journal()).some(({ signal }) => signal === 'SIGTERM')).toBe(true);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('is not started where its command may not be run, or is none', async () => {
    world = await startStdioWorld({}, { mayRun: () => 'not here' });
    await expect(world.open('ann')).rejects.toThrow('not here');
    expect(await world.journal()).toEqual([]);
    await world.close();
    world = await startStdioWorld({ command: 'no-such-program-anywhere' });
    await expect(world.open('ann')).rejects.toThrow('could not be started (ENOENT)');
  });
});

describe('the number of processes', () => {
  it('is bounded; room is made by ending what is out of use of whoever holds most', async () => {
    world = await startStdioWorld({ maxProcesses: 2 });
    const first = await world.open('ann');
    await world.open('ann');
    const bob = await world.open('bob');
    expect((await world.call(first, 1, {})).status).toBe(404);
    expect(await said(await world.call(bob, 1, { mine: 1 }))).toEqual({ mine: 1 });
  });

  it('is not exceeded where all are in use', async () => {
    world = await startStdioWorld({ maxProcesses: 1 });
    const session = await world.open('ann');
    const open = world.call(session, 1, { what: 'hang' });
    await world.until((journal) => journal.some(({ line }) => line?.includes('hang') === true));
    await expect(world.open('bob')).rejects.toThrow('all 1 connections');
    await world.post({}, { session, method: 'DELETE' });
    expect((await open).failure).toMatchObject({ isSent: true });
  });
});
