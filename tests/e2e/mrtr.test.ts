// What a server asks within a result, and what the client answers in its next request (MCP 2026-07-28): each decided, on record
// before it goes on, and bound to who was asked what by a state that nobody else can use, change, or use twice (ADR 0026).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleReport } from '@countersign/audit';
import { runCli, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './desk.ts';
import { entriesOf } from './entries.ts';
import {
  type Answered,
  filled,
  form,
  type MrtrWorld,
  roots,
  rootsOf,
  sample,
  startMrtrWorld,
} from './mrtr-world.ts';
import { SOON } from './soon.ts';

let world: MrtrWorld;
let desk: Desk;
beforeAll(async () => {
  world = await startMrtrWorld({ hold: { maxSeconds: 20 } });
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
});
afterAll(() => world.close());

const stateOf = ({ result, error }: Answered): string => {
  if (result?.requestState === undefined) throw new Error(`no state: ${JSON.stringify({ result, error })}`);
  return result.requestState;
};
const lastReceived = (): string => String(world.upstream.requests.at(-1)?.body);

describe('questions and answers', () => {
  test.each([
    ['mcp:elicitation', form('your name?', 'name'), filled({ name: 'Ines' })],
    [
      'mcp:sampling',
      sample('a haiku', 100),
      { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } },
    ],
    ['mcp:roots', roots, rootsOf('file:///work')],
  ])(
    '%s is decided and recorded, and so is its answer, all in one chain',
    async (operation, question, answer) => {
      const args = { ask: { q: question }, state: `state-of-${operation}` };
      const first = await world.ask(args);
      expect(first.result).toMatchObject({ resultType: 'input_required', inputRequests: { q: question } });
      expect(stateOf(first)).not.toContain('state-of');
      const { chain } = await world.detail(first.call);
      const [asked] = await world.recorded(operation);
      expect(asked).toMatchObject({
        parent: first.call,
        chain,
        agent: 'worker',
        decision: 'allow',
        state: 'open',
      });

      const second = await world.ask(args, { inputResponses: { q: answer }, requestState: stateOf(first) });
      expect(second.params).toMatchObject({ inputResponses: { q: answer }, requestState: args.state });
      expect(await world.detail(asked?.id ?? '')).toMatchObject({ state: 'completed', outcome: 'ok' });
      const [said] = await world.recorded(`${operation}/answer`);
      expect(said).toMatchObject({ parent: asked?.id, chain, state: 'completed', outcome: 'ok' });
      expect(await world.detail(second.call)).toMatchObject({ parent: first.call, chain, outcome: 'ok' });
    },
  );

  test('an answer on an event stream asks just so', async () => {
    const args = { ask: { q: form('streamed?', 'name') }, state: 's', events: true };
    const first = await world.ask(args);
    expect(first.result).toMatchObject({ resultType: 'input_required', inputRequests: args.ask });
    const more = { inputResponses: { q: filled({ name: 'x' }) }, requestState: stateOf(first) };
    expect((await world.ask(args, more)).params).toMatchObject({ requestState: 's' });
  });

  test('a server without a state of its own is sent none; what it is answered is bound all the same', async () => {
    const args = { ask: { q: form('stateless?', 'name') } };
    const first = await world.ask(args);
    const more = { inputResponses: { q: filled({ name: 'x' }) }, requestState: stateOf(first) };
    const { params } = await world.ask(args, more);
    expect(params.inputResponses).toEqual(more.inputResponses);
    expect(params).not.toHaveProperty('requestState');
  });

  test('what policy forbids is not put, and neither is what stands beside it: the call ends, and says why', async () => {
    const args = { ask: { name: form('your name?', 'name'), pw: form('your PASSWORD?', 'password') } };
    const { result } = await world.ask(args);
    expect(result).toMatchObject({ isError: true, resultType: 'complete' });
    expect(JSON.stringify(result)).toMatch(/asked back .* denied by policy/);
    expect(JSON.stringify(result)).not.toContain('PASSWORD');
    expect((await world.recorded('mcp:elicitation'))[0]).toMatchObject({
      decision: 'deny',
      reason: 'forbidden',
    });
    expect(await world.newest()).toMatchObject({ decision: 'deny' });
  });

  test('an answer that policy forbids stays here, and so does the call that carries it', async () => {
    const args = { ask: { q: roots } };
    const first = await world.ask(args);
    const before = world.received();
    const more = (uri: string) => ({ inputResponses: { q: rootsOf(uri) }, requestState: stateOf(first) });
    const refused = await world.ask(args, more('file:///home'));
    expect(JSON.stringify(refused.result)).toContain('denied by policy');
    expect(world.received()).toBe(before);
    expect((await world.recorded('mcp:roots/answer'))[0]).toMatchObject({
      decision: 'deny',
      reason: 'forbidden',
    });
    expect(await world.detail(refused.call)).toMatchObject({ decision: 'deny', reason: 'invalid_arguments' });
    // What was kept back was not told: the question is still open.
    expect((await world.ask(args, more('file:///work'))).params.inputResponses).toEqual({
      q: rootsOf('file:///work'),
    });
  });

  test.each([
    ['a method that nobody knows', { q: { method: 'made/up', params: {} } }],
    ['a question with members that are not known', { q: { ...roots, extra: 1 } }],
    ['params in another form', { q: { method: 'elicitation/create', params: { message: {} } } }],
    ['a task', { q: { method: 'roots/list', params: { task: {} } } }],
    [
      'names that two readers take for the same',
      { q: { method: 'elicitation/create', params: { message: 'a', Message: 'b' } } },
    ],
    ['nothing', {}],
  ])('a server that asks for %s has not answered', async (_, ask) => {
    const before = (await world.recorded('mcp:elicitation')).length;
    expect((await world.ask({ ask })).error).toMatchObject({ code: -31502 });
    expect(await world.recorded('mcp:elicitation')).toHaveLength(before);
  });
});

describe('people', () => {
  test('a held question waits for them, and is put once approved', async () => {
    const args = { ask: { q: sample('A LONG STORY', 5000) } };
    const asking = world.ask(args);
    const held = await desk.pending('A LONG STORY');
    await desk.review(held.id, 'approve', 'fiona');
    expect((await asking).result).toMatchObject({ resultType: 'input_required', inputRequests: args.ask });
    expect(await world.detail(held.call)).toMatchObject({ state: 'open', reason: 'grant_redeemed' });
  });

  test('a held question that they reject is not put', async () => {
    const asking = world.ask({ ask: { q: sample('A REJECTED STORY', 5000) } });
    const held = await desk.pending('A REJECTED STORY');
    await desk.review(held.id, 'reject', 'fiona');
    const { result } = await asking;
    expect(result?.isError).toBe(true);
    expect(JSON.stringify(result)).not.toContain('STORY');
  });

  test('a client that goes away takes a held question along', async () => {
    const leave = new AbortController();
    const asking = world.ask(
      { ask: { q: sample('A STORY FOR NOBODY', 5000) } },
      {},
      { signal: leave.signal },
    );
    const held = await desk.pending('A STORY FOR NOBODY');
    leave.abort();
    await expect(asking).rejects.toThrow(/aborted/);
    await expect.poll(async () => (await desk.show(held.id)).state, SOON).toBe('withdrawn');
  });

  test('a held answer waits for them, and goes once approved, with the call that carries it', async () => {
    const args = { ask: { q: form('which account?', 'iban') }, state: 'held' };
    const first = await world.ask(args);
    const before = world.received();
    const more = { inputResponses: { q: filled({ iban: 'PT50-HELD' }) }, requestState: stateOf(first) };
    const answering = world.ask(args, more);
    const held = await desk.pending('PT50-HELD');
    expect(world.received()).toBe(before);
    await desk.review(held.id, 'approve', 'fiona');
    expect((await answering).params).toMatchObject({
      inputResponses: more.inputResponses,
      requestState: 'held',
    });
    expect(world.received()).toBe(before + 1);
  });

  test('a held answer that they reject stays here', async () => {
    const args = { ask: { q: form('which other account?', 'iban') } };
    const first = await world.ask(args);
    const before = world.received();
    const more = { inputResponses: { q: filled({ iban: 'PT50-REJECTED' }) }, requestState: stateOf(first) };
    const answering = world.ask(args, more);
    const held = await desk.pending('PT50-REJECTED');
    await desk.review(held.id, 'reject', 'fiona');
    expect((await answering).result?.isError).toBe(true);
    expect(world.received()).toBe(before);
  });

  test('a guarded call is approved in each round: what is answered is part of what is approved', async () => {
    const args = { n: 'ROUNDS', ask: { q: form('sure?', 'ok') } };
    const asking = world.ask(args, {}, { agent: 'payer' });
    const one = await desk.pending('ROUNDS');
    await desk.review(one.id, 'approve', 'fiona');
    const first = await asking;
    const more = { inputResponses: { q: filled({ ok: 'YES INDEED' }) }, requestState: stateOf(first) };
    const answering = world.ask(args, more, { agent: 'payer' });
    const two = await desk.pending('YES INDEED');
    expect(two.params).not.toContain('requestState');
    await desk.review(two.id, 'approve', 'fiona');
    expect((await answering).params.inputResponses).toEqual(more.inputResponses);
  });
});

describe('the state', () => {
  const args = { ask: { q: form('whose?', 'name') }, state: 'the-server-s-own' };
  const answer = { inputResponses: { q: filled({ name: 'x' }) } };
  const expectRefused = async (answering: Promise<Answered>, before: number) => {
    const refused = await answering;
    expect(refused.error).toMatchObject({ code: -32602, message: 'Invalid or expired requestState' });
    expect(world.received()).toBe(before);
    expect(await world.detail(refused.call)).toMatchObject({ decision: 'deny', reason: 'invalid_arguments' });
  };

  test('that was changed, or made up, is refused; the server never sees it', async () => {
    const state = stateOf(await world.ask(args));
    const before = world.received();
    const swapped = `${state.slice(0, 40)}${state[40] === 'A' ? 'B' : 'A'}${state.slice(41)}`;
    for (const requestState of [`${state}-TAMPERED`, swapped, state.slice(0, -4), 'made-up', '', args.state])
      await expectRefused(world.ask(args, { ...answer, requestState }), before);
    for (const requestState of [7, null, { a: 1 }])
      expect((await world.ask(args, { ...answer, requestState })).error).toMatchObject({ code: -32602 });
    expect(world.received()).toBe(before);
    expect((await world.ask(args, { ...answer, requestState: state })).params).toMatchObject(answer);
  });

  test('goes on once, also when it comes twice at the same time', async () => {
    const requestState = stateOf(await world.ask(args));
    const before = world.received();
    const answers = await Promise.all([1, 2, 3].map(() => world.ask(args, { ...answer, requestState })));
    expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
    expect(answers.filter(({ error }) => error?.code === -32602)).toHaveLength(2);
    expect(world.received()).toBe(before + 1);
    await expectRefused(world.ask(args, { ...answer, requestState }), before + 1);
  });

  test('is of use to nobody else: not to another agent, nor to the same one for another person', async () => {
    const ana = { agent: 'other', subject: 'ana' };
    const requestState = stateOf(await world.ask(args, {}, ana));
    const before = world.received();
    for (const foreign of [{ ...ana, agent: 'payer' }, { ...ana, subject: 'bea' }, { agent: 'other' }, {}])
      await expectRefused(world.ask(args, { ...answer, requestState }, foreign), before);
    expect((await world.ask(args, { ...answer, requestState }, ana)).params).toMatchObject(answer);
  });

  test('is of no use for another call', async () => {
    const requestState = stateOf(await world.ask(args));
    const before = world.received();
    await expectRefused(world.ask({ ...args, more: 1 }, { ...answer, requestState }), before);
    expect((await world.ask(args, { ...answer, requestState })).params).toMatchObject(answer);
  });
});

describe('answers that nobody asked for', () => {
  const asked = { ask: { q: form('only this', 'name') }, n: 1 };

  test('stay here, and are counted: the server is asked as if they had not come', async () => {
    const { result } = await world.ask(asked, { inputResponses: { made_up: filled({ secret: 'UNASKED' }) } });
    expect(result?.resultType).toBe('input_required');
    expect(lastReceived()).not.toContain('UNASKED');
    expect(lastReceived()).not.toContain('inputResponses');
    const counted = async () =>
      (await entriesOf(world.gateway, 'reject.summary')).map(({ body }) => body['code']);
    await expect.poll(counted, { ...SOON, interval: 1000 }).toContain('unknown_operation');
  });

  test('stay here beside those that were asked for', async () => {
    const first = await world.ask({ ...asked, n: 2 });
    const inputResponses = { extra: filled({ secret: 'UNASKED' }), q: filled({ name: 'asked' }), more: 7 };
    const { params } = await world.ask({ ...asked, n: 2 }, { inputResponses, requestState: stateOf(first) });
    expect(params.inputResponses).toEqual({ q: inputResponses.q });
    expect(lastReceived()).not.toContain('UNASKED');
  });

  test('are those of a client that lost the state of its server; without one, the question is known by its call', async () => {
    const inputResponses = { q: filled({ name: 'stateless' }) };
    await world.ask({ ...asked, n: 3, state: 'needed' });
    expect(
      (await world.ask({ ...asked, n: 3, state: 'needed' }, { inputResponses })).result?.resultType,
    ).toBe('input_required');
    await world.ask({ ...asked, n: 4 });
    const foreign = await world.ask({ ...asked, n: 4 }, { inputResponses }, { agent: 'other' });
    expect(foreign.result?.resultType).toBe('input_required');
    expect((await world.ask({ ...asked, n: 4 }, { inputResponses })).params.inputResponses).toEqual(
      inputResponses,
    );
  });

  test.each([
    ['another kind', { q: rootsOf('file:///work') }],
    ['no object', { q: 12345 }],
    ['a list', [filled({})]],
    ['null', null],
  ])('an answer that is %s is refused', async (_, inputResponses) => {
    const first = await world.ask({ ...asked, n: 5 });
    const before = world.received();
    const answered = await world.ask({ ...asked, n: 5 }, { inputResponses, requestState: stateOf(first) });
    expect(answered.error).toMatchObject({ code: -32602 });
    expect(world.received()).toBe(before);
  });
});

test('an answer is stored without what must not be stored, and so is the call that carries it', async () => {
  const args = { ask: { q: form('number?', 'ssn'), other: form('name?', 'name') } };
  const first = await world.ask(args);
  const inputResponses = { q: filled({ ssn: '078-05-1120', pin: 7 }), other: filled({ name: 'Ines' }) };
  const second = await world.ask(args, { inputResponses, requestState: stateOf(first) });
  expect(second.params.inputResponses).toEqual(inputResponses);
  const shown = await valuesOf(second.call);
  expect(shown).toContain('Ines');
  expect(shown.replaceAll(/"result":.*$/gs, '')).not.toContain('078-05-1120');
  for (const { id } of (await world.recorded('mcp:elicitation/answer')).slice(0, 2))
    expect(await valuesOf(id)).not.toContain('078-05-1120');
});

test('an auditor makes these decisions again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-mrtr-'));
  const [bundle, trust] = [join(folder, 'bundle.jsonl'), join(folder, 'trust.txt')];
  const made = await world.gateway.cli('export', '--out', bundle, '--reason', 'a test');
  expect(made.code, made.stderr).toBe(0);
  const { stdout: key } = await world.gateway.cli('log', 'key');
  await writeFile(trust, `log ${key.trim().split('\n').at(-1)}\nquorum none\n`);
  const { code, stdout } = await runCli(['verify', '--json', bundle, '--trust', trust]);
  expect(code, stdout).toBe(0);
  const { decisions } = JSON.parse(stdout) as BundleReport;
  expect(decisions).toMatchObject({ mismatched: 0 });
  expect(decisions.replayed).toBeGreaterThan(60);
  await rm(folder, { recursive: true });
});

test('what was sealed before a restart goes on after it, once; the question is then known as unknown', async () => {
  const args = { ask: { q: form('still there?', 'name') }, state: 'survives' };
  const [one, two] = [await world.ask(args), await world.ask(args)];
  const [asked] = await world.recorded('mcp:elicitation');
  const { config, dataDir, adminToken } = world.gateway;
  await world.gateway.kill('SIGKILL');
  const gateway = await spawnGateway({ config, dataDir });
  const to = { to: `${gateway.data}/mcp/raw` };
  try {
    const headers = { authorization: `Bearer ${adminToken}` };
    const stateOfCall = async (id: string) =>
      (await (await fetch(`${gateway.admin}/api/v1/calls/${id}`, { headers })).json()) as { call: object };
    expect(await stateOfCall(asked?.id ?? '')).toMatchObject({ call: { state: 'unknown' } });
    const more = (first: Answered) => ({
      inputResponses: { q: filled({ name: 'x' }) },
      requestState: stateOf(first),
    });
    expect((await world.ask(args, more(one), to)).params).toMatchObject({ requestState: 'survives' });
    expect((await world.ask(args, more(two), to)).params).toMatchObject({ requestState: 'survives' });
    const before = world.received();
    const again = await world.ask(args, more(one), to);
    expect(again.error).toMatchObject({ code: -32602, message: 'Invalid or expired requestState' });
    expect(world.received()).toBe(before);
  } finally {
    await gateway.stop();
  }
});

/** The call with all that it carried, as text. */
async function valuesOf(id: string): Promise<string> {
  const response = await fetch(`${world.gateway.admin}/api/v1/calls/${id}/reveal`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.gateway.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'test' }),
  });
  expect(response.status).toBe(200);
  return response.text();
}
