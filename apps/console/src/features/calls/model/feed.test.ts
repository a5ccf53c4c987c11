import { describe, expect, test } from 'vitest';
import { emptyFeed, receive, release, type Feed } from './feed.ts';

interface Row {
  readonly id: string;
  readonly decidedIndex: number;
  readonly state?: string;
}
const row = (index: number, state = 'open'): Row => ({ id: `call_${index}`, decidedIndex: index, state });
const ids = (rows: readonly Row[]): number[] => rows.map((each) => each.decidedIndex);

describe('the live list of calls', () => {
  test('shows new calls newest first, whatever order they arrive in', () => {
    const feed = receive<Row>(emptyFeed, [row(3), row(9), row(5)], false);
    expect(ids(receive(feed, [row(7)], false).shown)).toEqual([9, 7, 5, 3]);
  });

  test('replaces a known call where it stands, even while held still', () => {
    const feed = receive<Row>(emptyFeed, [row(1), row(2)], false);
    const after = receive(feed, [row(1, 'completed')], true);
    expect(after.shown.map((each) => each.state)).toEqual(['open', 'completed']);
    expect(after.waitingCount).toBe(0);
  });

  test('keeps new calls waiting and counts them while held still', () => {
    const feed = receive<Row>(emptyFeed, [row(1)], false);
    const after = receive(receive(feed, [row(2)], true), [row(3)], true);
    expect(ids(after.shown)).toEqual([1]);
    expect(after.waitingCount).toBe(2);
    expect(ids(release(after).shown)).toEqual([3, 2, 1]);
    expect(release(after).waitingCount).toBe(0);
  });

  test('does not count a waiting call twice when its outcome arrives', () => {
    const waiting = receive<Row>(emptyFeed, [row(1)], true);
    const after = receive(waiting, [row(1, 'completed')], true);
    expect(after.waitingCount).toBe(1);
    expect(after.waiting[0]?.state).toBe('completed');
  });

  test('shows the last state of a call that occurs twice in one batch, once', () => {
    const feed = receive<Row>(emptyFeed, [row(1), row(1, 'completed')], false);
    expect(feed.shown).toEqual([row(1, 'completed')]);
  });

  test('never holds more rows than the cap, and still counts what it dropped', () => {
    const many = Array.from({ length: 10 }, (_, index) => row(index));
    expect(ids(receive<Row>(emptyFeed, many, false, 4).shown)).toEqual([9, 8, 7, 6]);
    const still = receive<Row>(emptyFeed, many, true, 4);
    expect(ids(still.waiting)).toEqual([9, 8, 7, 6]);
    expect(still.waitingCount).toBe(10);
    expect(ids(release(still, 4).shown)).toEqual([9, 8, 7, 6]);
  });

  test('is the same value when nothing arrives, so that nothing is drawn again', () => {
    const feed: Feed<Row> = receive<Row>(emptyFeed, [row(1)], false);
    expect(receive(feed, [], false)).toBe(feed);
    expect(release(feed)).toBe(feed);
  });
});
