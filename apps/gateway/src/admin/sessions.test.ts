import { beforeEach, expect, test } from 'vitest';
import { type ConsoleSession, createSessions, keyOf, type Sessions } from './sessions.ts';

const IDLE = 1000;
let sessions: Sessions;
beforeEach(() => {
  sessions = createSessions({ idleMs: IDLE });
});

const of = (user: string, openedAt = 0): ConsoleSession => ({
  user,
  by: { method: 'token', digest: 'd' },
  openedAt,
  authenticatedAt: openedAt,
  expiresAt: 10_000,
});

const open = (session: ConsoleSession): string => sessions.open(session).id;

test('a session lasts while it is used, until its end', () => {
  const id = open(of('a'));
  for (let now = 900; now < 10_000; now += 900) expect(sessions.find(id, now)).toMatchObject({ user: 'a' });
  expect(sessions.find(id, 10_000)).toBeNull();
});

test('looking at one is no use of it', () => {
  const id = open(of('a'));
  for (const now of [300, 600, 999]) expect(sessions.look(id, now)).not.toBeNull();
  expect(sessions.look(id, IDLE)).toBeNull();
  expect(sessions.find(id, 0)).toBeNull();
});

test('an id is nobody’s that was not given out, and no key is an id', () => {
  const id = open(of('a'));
  for (const other of ['', 'x', keyOf(id), `${id}x`]) expect(sessions.find(other, 1)).toBeNull();
  expect(sessions.find(id, 1)).not.toBeNull();
});

test('one is closed by its id, or by what its id is remembered as', () => {
  const [one, two] = [open(of('a')), open(of('b'))];
  expect(sessions.close(one)).toMatchObject({ user: 'a' });
  expect(sessions.closeKey(keyOf(two))).toMatchObject({ user: 'b' });
  expect([sessions.close(one), sessions.find(two, 1)]).toEqual([null, null]);
});

test('whoever listens is told of each that ends before its time', () => {
  let ended = 0;
  const stop = sessions.onEnded(() => {
    ended += 1;
  });
  const ids = Array.from({ length: 21 }, () => open(of('a')));
  expect(ended).toBe(1);
  sessions.close(ids[20] ?? '');
  sessions.closeKey(keyOf(ids[19] ?? ''));
  sessions.close('none');
  expect(ended).toBe(3);
  stop();
  sessions.close(ids[18] ?? '');
  expect(ended).toBe(3);
});

test('nobody who signs in again and again pushes others out, or fills the memory', () => {
  const other = open(of('other'));
  const own = Array.from({ length: 3000 }, () => open(of('busy')));
  expect(sessions.find(other, 1)).not.toBeNull();
  expect(own.filter((id) => sessions.look(id, 1) !== null)).toEqual(own.slice(-20));
  const many = Array.from({ length: 1500 }, (_, n) => open(of(`user-${n}`)));
  expect(many.filter((id) => sessions.look(id, 1) !== null)).toHaveLength(1000);
});

test('whoever opens one is told of those that ended to make room for it', () => {
  const first = { ...of('a'), openedAt: -1 };
  expect(sessions.open(first).pushedOut).toEqual([]);
  for (let at = 1; at < 20; at += 1) open(of('a'));
  expect(sessions.open(of('a')).pushedOut).toEqual([first]);
  for (let n = 0; n < 980; n += 1) open(of(`user-${n}`));
  expect(sessions.open(of('last')).pushedOut).toEqual([of('a')]);
});
