import { randomBytes } from 'node:crypto';
import { newId } from '@countersign/audit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ok } from '../../errors.ts';
import { type CallOutcome, withoutAnswer } from '../../pipeline/settle.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { CommitRequest, CommitResult } from '../../store/types.ts';
import type { RequestState } from './request-state.ts';
import { type AskedQuestion, createRounds, ROUND_MS, type Rounds } from './rounds.ts';

let now = 0;
let commits: CommitRequest[];
let answer: CommitResult;
const KEY = randomBytes(32);
const writer = {
  commit: async (request: CommitRequest) => {
    commits.push(request);
    return answer;
  },
};
const newRounds = () => createRounds({ key: KEY, writer, now: () => now });

beforeEach(() => {
  vi.useFakeTimers();
  now = 1_000_000_000_000;
  commits = [];
  answer = { ok: true, receipts: [] };
});
afterEach(() => {
  vi.useRealTimers();
});

function asked(key = 'q', bytes = 10) {
  const settled: CallOutcome[] = [];
  const settle = async (outcome: CallOutcome) => {
    settled.push(outcome);
    return ok(null);
  };
  const recorded = { body: { bytes: { byteLength: bytes } } } as unknown as RecordedCall;
  const question: AskedQuestion = {
    key,
    operation: 'mcp:elicitation',
    call: newId('call'),
    recorded,
    settlement: { settle },
  };
  return { question, settled };
}
const link = { kind: 'root', chain: newId('chain'), depth: 1, agents: [], parent: newId('call') } as const;
const open = (rounds: Rounds, questions: readonly AskedQuestion[], more: Partial<RequestState> = {}) => {
  const sealed = rounds.open({ holder: 'h', call: 'c', link, inner: null, ...more }, questions);
  const state = rounds.unseal(sealed);
  if (state === null) throw new Error('not sealed');
  return state;
};

test('a question that was answered has that outcome, one that was not was given up', async () => {
  const rounds = newRounds();
  const [one, two] = [asked('one'), asked('two')];
  const state = open(rounds, [one.question, two.question]);
  expect(rounds.isOver(state)).toBeNull();
  await rounds.answered(state, new Map([['one', withoutAnswer('ok', '')]]));
  expect(one.settled).toMatchObject([{ outcome: 'ok' }]);
  expect(two.settled).toMatchObject([{ outcome: 'aborted' }]);
  expect(rounds.isOver(state)).toMatch(/before/);
});

test('what nobody answers is given up in half an hour, and its state with it', async () => {
  const rounds = newRounds();
  const { question, settled } = asked();
  const state = open(rounds, [question]);
  now += ROUND_MS - 1;
  expect(rounds.isOver(state)).toBeNull();
  now += 1;
  expect(rounds.isOver(state)).toMatch(/expired/);
  await vi.advanceTimersByTimeAsync(ROUND_MS);
  expect(settled).toMatchObject([{ outcome: 'aborted', error: 'the client did not answer in time' }]);
});

test('the state of another process is good until it expires: only the store knows whether it went on', () => {
  const state = open(newRounds(), [asked().question]);
  const after = newRounds();
  expect(after.isOver(state)).toBeNull();
  now += ROUND_MS;
  expect(after.isOver(state)).toMatch(/expired/);
});

test('a state is spent once: a second time the store refuses it, and a log that cannot be written is no answer', async () => {
  const rounds = newRounds();
  const state = open(rounds, []);
  expect(await rounds.spend(state)).toBe(true);
  expect(commits[0]?.changes?.[0]).toMatchObject({ insert: 'spent_states', row: { id: state.id } });
  answer = { ok: false, code: 'conflict', message: 'there already' };
  expect(await rounds.spend(state)).toBe(false);
  answer = { ok: false, code: 'log_unavailable', message: 'full' };
  expect(await rounds.spend(state)).toBeNull();
});

test('spent states are kept until they could not come any more, and taken away once an hour', async () => {
  const rounds = newRounds();
  const state = open(rounds, []);
  await rounds.spend(state);
  const [{ changes: first = [] } = { changes: [] }] = commits;
  const kept = Math.floor(state.expiresAt / 3_600_000);
  const removed = first.flatMap((change) => ('remove' in change ? [Number(change.where['hour'])] : []));
  expect(removed).toHaveLength(24);
  expect(Math.max(...removed)).toBeLessThan(kept);
  expect(Math.max(...removed)).toBe(Math.floor(now / 3_600_000) - 1);
  await rounds.spend(state);
  expect(commits[1]?.changes).toHaveLength(1);
});

test('one principal cannot keep open what others need: the oldest of its own is given up', async () => {
  const rounds = newRounds();
  const mine = Array.from({ length: 65 }, () => asked());
  const states = mine.map(({ question }) => open(rounds, [question]));
  const other = asked();
  const theirs = open(rounds, [other.question], { holder: 'other' });
  await vi.advanceTimersByTimeAsync(0);
  expect(mine[0]?.settled).toMatchObject([{ outcome: 'aborted' }]);
  expect(mine[1]?.settled).toEqual([]);
  expect([states[0], states[1], theirs].map((state) => state && rounds.isOver(state) === null)).toEqual([
    false,
    true,
    true,
  ]);
});

test('all that is open is bounded by what it takes', async () => {
  const rounds = newRounds();
  const big = Array.from({ length: 3 }, (_, at) => asked(`q${at}`, 30 * 1024 * 1024));
  for (const [at, { question }] of big.entries()) open(rounds, [question], { holder: `h${at}` });
  await vi.advanceTimersByTimeAsync(0);
  expect(big.map(({ settled }) => settled.length)).toEqual([1, 0, 0]);
});

test('an answer without a state belongs to the newest question of that holder, call and key whose server gave none', () => {
  const rounds = newRounds();
  open(rounds, [asked('q').question]);
  const newest = open(rounds, [asked('q').question]);
  open(rounds, [asked('q').question], { inner: 'needed' });
  open(rounds, [asked('p').question]);
  expect(rounds.unstated('h', 'c', ['x', 'q'])?.id).toBe(newest.id);
  for (const [holder, call, key] of [
    ['other', 'c', 'q'],
    ['h', 'other', 'q'],
    ['h', 'c', 'x'],
  ] as const)
    expect(rounds.unstated(holder, call, [key])).toBeNull();
});

test('what is open when the process ends is recorded as aborted', async () => {
  const rounds = newRounds();
  const { question, settled } = asked();
  open(rounds, [question]);
  await rounds.close();
  expect(settled).toMatchObject([{ outcome: 'aborted', error: expect.stringContaining('stopped') }]);
});
