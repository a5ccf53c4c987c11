import type { EntryHeader } from '@countersign/audit';
import { describe, expect, test } from 'vitest';
import { scaleOf, timelineOf } from './timeline.ts';

const CALL = 'call_00000000000000000000000000000001';
let index = 0;

/** What a timeline reads of an entry. */
function entry(kind: EntryHeader['kind'], time: number, body: object = {}, call = CALL): EntryHeader {
  index += 1;
  return { kind, time, body, call, index } as unknown as EntryHeader;
}
const decided = (time: number, decision: string, call = CALL): EntryHeader =>
  entry('call.decided', time, { decision }, call);

describe('the timeline of a call', () => {
  test('begins when the call came, which its outcome says, and ends with its answer', () => {
    const timeline = timelineOf(
      CALL,
      [decided(1_002_000, 'allow'), entry('call.completed', 1_010_000, { durationUs: 10_000 })],
      0,
    );
    expect(timeline).toEqual({
      from: 1_000_000,
      to: 1_010_000,
      phases: [
        { kind: 'checked', from: 1_000_000, to: 1_002_000, isOver: true },
        { kind: 'sent', from: 1_002_000, to: 1_010_000, isOver: true },
      ],
    });
  });

  test('tells the wait for an answer from the answer, where it is known when that began', () => {
    const completed = entry('call.completed', 1_010_000, { durationUs: 10_000, firstByteUs: 4_000 });
    expect(timelineOf(CALL, [decided(1_002_000, 'allow'), completed], 0)?.phases).toEqual([
      { kind: 'checked', from: 1_000_000, to: 1_002_000, isOver: true },
      { kind: 'waiting', from: 1_002_000, to: 1_004_000, isOver: true },
      { kind: 'answering', from: 1_004_000, to: 1_010_000, isOver: true },
    ]);
  });

  test('takes an answer that began at its end, or before the decision was on disk, as it is recorded', () => {
    const phases = (firstByteUs: number) =>
      timelineOf(
        CALL,
        [
          decided(1_002_000, 'allow'),
          entry('call.completed', 1_010_000, { durationUs: 10_000, firstByteUs }),
        ],
        0,
      )?.phases.slice(1);
    expect(phases(10_000)).toEqual([{ kind: 'waiting', from: 1_002_000, to: 1_010_000, isOver: true }]);
    expect(phases(1_000)).toEqual([{ kind: 'answering', from: 1_002_000, to: 1_010_000, isOver: true }]);
  });

  test('does not guess when an answer began that never did', () => {
    const completed = entry('call.completed', 1_010_000, { durationUs: 10_000, firstByteUs: null });
    expect(timelineOf(CALL, [decided(1_000_000, 'allow'), completed], 0)?.phases).toEqual([
      { kind: 'sent', from: 1_000_000, to: 1_010_000, isOver: true },
    ]);
  });

  test('of a denial is one moment', () => {
    expect(timelineOf(CALL, [decided(5, 'deny')], 900)).toEqual({ from: 5, to: 5, phases: [] });
  });

  test('has the wait for a person between two decisions', () => {
    const timeline = timelineOf(
      CALL,
      [
        decided(10, 'hold'),
        entry('approval.requested', 10),
        entry('approval.reviewed', 70, { state: 'approved' }),
        decided(75, 'allow'),
        entry('call.completed', 100, { durationUs: 95 }),
      ],
      0,
    );
    expect(timeline?.phases).toEqual([
      { kind: 'checked', from: 5, to: 10, isOver: true },
      { kind: 'held', from: 10, to: 75, isOver: true },
      { kind: 'sent', from: 75, to: 100, isOver: true },
    ]);
  });

  test('ends a wait when another call took it up, when it was rejected, or closed', () => {
    const ends = [
      decided(30, 'allow', 'call_00000000000000000000000000000002'),
      entry('approval.reviewed', 30, { state: 'rejected' }),
      entry('approval.closed', 30),
    ];
    for (const end of ends) {
      const timeline = timelineOf(CALL, [decided(10, 'hold'), { ...end, index: index + 1 }], 0);
      expect(timeline?.phases).toEqual([{ kind: 'held', from: 10, to: 30, isOver: true }]);
    }
  });

  test('goes on until now where nothing ended it', () => {
    expect(timelineOf(CALL, [decided(10, 'hold')], 60)?.phases).toEqual([
      { kind: 'held', from: 10, to: 60, isOver: false },
    ]);
    expect(timelineOf(CALL, [decided(10, 'allow')], 60)?.phases).toEqual([
      { kind: 'sent', from: 10, to: 60, isOver: false },
    ]);
  });

  test('goes on with the task that the answer was, and stops where an outcome was lost', () => {
    const task = timelineOf(
      CALL,
      [decided(10, 'allow'), entry('call.completed', 20, { durationUs: 10 }), entry('task.settled', 500)],
      0,
    );
    expect(task?.phases.at(-1)).toEqual({ kind: 'task', from: 20, to: 500, isOver: true });
    const lost = timelineOf(CALL, [decided(10, 'allow'), entry('call.unknown', 40)], 0);
    expect(lost?.phases).toEqual([{ kind: 'sent', from: 10, to: 40, isOver: true }]);
  });

  test('is none without a decision', () => {
    expect(timelineOf(CALL, [], 0)).toBeNull();
  });
});

describe('its scale', () => {
  const timeline = (heldTo: number) => ({
    from: 0,
    to: heldTo + 50,
    phases: [
      { kind: 'checked', from: 0, to: 50, isOver: true },
      { kind: 'held', from: 50, to: heldTo, isOver: true },
      { kind: 'sent', from: heldTo, to: heldTo + 50, isOver: true },
    ] as const,
  });

  test('is true to time while waiting was not the most of it', () => {
    const scale = scaleOf(timeline(100));
    expect([0, 50, 100, 150].map(scale.at)).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(timeline(100).phases.some(scale.isShortened)).toBe(false);
  });

  test('gives a long wait as much room as all the rest, and says so', () => {
    const long = timeline(1_000_000);
    const scale = scaleOf(long);
    expect([0, 50, 1_000_000, 1_000_050].map((time) => Math.round(scale.at(time) * 100))).toEqual([
      0, 25, 75, 100,
    ]);
    expect(long.phases.map(scale.isShortened)).toEqual([false, true, false]);
  });

  test('stands still where nothing lasted', () => {
    expect(scaleOf({ from: 5, to: 5, phases: [] }).at(5)).toBe(0);
  });
});
