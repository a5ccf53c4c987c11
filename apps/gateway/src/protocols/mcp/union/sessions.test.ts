import { expect, test } from 'vitest';
import { createUnionSessions, type UnionSession } from './sessions.ts';

function sessionsOf() {
  const gone: UnionSession[] = [];
  let now = 0;
  const sessions = createUnionSessions(
    () => now,
    (session) => void gone.push(session),
  );
  const open = (owner: string) => sessions.open(owner, '2025-11-25', new Uint8Array());
  return { sessions, gone, open, at: (time: number) => (now = time) };
}

test('of one owner, the session that was not used for longest makes room, and its members are to be ended', () => {
  const { sessions, gone, open } = sessionsOf();
  const other = open('other');
  const own = Array.from({ length: 32 }, () => open('a'));
  expect(gone).toEqual([]);
  sessions.find(own[0]?.id ?? '', 'a');
  open('a');
  expect(gone).toEqual([own[1]]);
  expect(sessions.find(own[1]?.id ?? '', 'a')).toBeNull();
  expect(sessions.find(own[0]?.id ?? '', 'a')).toBe(own[0]);
  expect(sessions.find(other.id, 'other')).toBe(other);
});

test('where all are full, whoever has most makes room', () => {
  const { gone, open } = sessionsOf();
  const quiet = open('quiet');
  for (let owner = 0; owner < 127; owner += 1) for (let at = 0; at < 32; at += 1) open(`o${owner}`);
  for (let at = 0; at < 31; at += 1) open('last');
  expect(gone).toEqual([]);
  open('late');
  expect(gone).toHaveLength(1);
  expect(gone[0]?.owner).toMatch(/^o\d+$/);
  expect(gone).not.toContain(quiet);
});

test('one that was not used for a day is gone', () => {
  const { gone, open, at, sessions } = sessionsOf();
  const idle = open('a');
  at(25 * 3_600_000);
  expect(sessions.find(idle.id, 'a')).toBeNull();
  open('b');
  expect(gone).toEqual([idle]);
});

test('one that its client ends is no matter of the gateway’s', () => {
  const { gone, open, sessions } = sessionsOf();
  sessions.close(open('a'));
  expect(gone).toEqual([]);
});
