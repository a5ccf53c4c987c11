// A walk over the table of docs/recording.md: every operation that it lists is performed through a real gateway, and the log is
// read at each of the moments that its row names (DESIGN section 5). What the page says is what is checked.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entriesOf, type EntryHeader } from './entries.ts';
import type { Act } from './recording/procedure.ts';
import { procedures } from './recording/procedures.ts';
import { readTable, type Row } from './recording/table.ts';
import { type CallRow, nameOf, startWalkWorld, type WalkWorld } from './recording/world.ts';
import { SOON } from './soon.ts';

const rows = readTable();
const decided = rows.filter(({ rule }) => rule === 'decided');
const aggregated = rows.filter(({ rule }) => rule === 'aggregated');
const byName = (those: readonly Row[]) => those.map((row) => [row.operation, row] as const);

/** How often each counted operation was performed. */
const performed = new Map<string, number>();

let world: WalkWorld;
beforeAll(async () => {
  world = await startWalkWorld(rows, procedures);
});
afterAll(() => world.close());

async function begin(row: Row, caller: 'permitted' | 'denied'): Promise<Act> {
  const procedure = procedures[row.operation];
  if (procedure === undefined) throw new Error(`the walk has no procedure for \`${row.operation}\``);
  return procedure.begin(world.place(row, procedure.upstream, caller));
}

/** The calls of an operation that are not among `before`. */
async function newCalls(row: Row, before: readonly CallRow[]): Promise<readonly CallRow[]> {
  const known = new Set(before.map(({ id }) => id));
  return (await world.calls(row)).filter(({ id }) => !known.has(id));
}

async function kindsOf(call: CallRow | undefined): Promise<readonly string[]> {
  const { entries } = await world.admin<{ entries: readonly { kind: string }[] }>(`/calls/${call?.id}`);
  // That work which outlives its answer has ended is another matter, and may come in between.
  return entries.map(({ kind }) => kind).filter((kind) => kind !== 'task.settled');
}

test('every operation of the page is performed, and nothing else is', () => {
  expect(Object.keys(procedures).toSorted()).toEqual(rows.map(({ operation }) => operation).toSorted());
  expect(decided.length + aggregated.length).toBe(rows.length);
  for (const { operation, recorded, outcome } of decided)
    expect([operation, recorded, outcome]).toEqual(
      recorded === 'before the client is asked'
        ? [operation, recorded, 'before the server gets the answer']
        : [operation, 'before it is sent on', 'before the end of its answer is told'],
    );
  for (const { operation, recorded, outcome } of aggregated) {
    expect([operation, recorded]).toEqual([operation, 'counted']);
    expect([NO_OUTCOME, SETTLED, SEGMENTS]).toContain(outcome);
  }
});

describe('decided', () => {
  test.each(byName(decided))(
    '%s is on record before anybody carries it out, and its outcome before anybody has all of the answer',
    async (_, row) => {
      const act = await begin(row, 'permitted');
      const { receiver } = act;
      if (receiver === null) throw new Error('the procedure does not say whom it comes to');
      const before = await world.calls(row);
      const came = receiver.count();
      const arrives = receiver.next();
      let isEnded = false;
      let ended = Promise.resolve();
      await world.whileUnwritable(() => {
        ended = act.perform().then(() => void (isEnded = true));
      });
      expect([receiver.count(), isEnded]).toEqual([came, false]);

      const arrival = await Promise.race([arrives, ended]);
      if (arrival === undefined) throw new Error('it never came to whom it was for');
      const [call, ...others] = await newCalls(row, before);
      expect(others).toEqual([]);
      expect(call).toMatchObject({ decision: 'allow', state: 'open', outcome: null });
      expect(await kindsOf(call)).toEqual(['call.decided']);

      await world.whileUnwritable(arrival.release);
      expect(isEnded).toBe(false);
      await ended;
      const [completed] = await newCalls(row, before);
      expect(completed).toMatchObject({ id: call?.id, state: 'completed', outcome: 'ok' });
      expect(await kindsOf(call)).toEqual(['call.decided', 'call.completed']);
      await act.close();
    },
  );

  test.each(byName(decided))('%s, denied, is on record as that alone and comes to nobody', async (_, row) => {
    const act = await begin(row, 'denied');
    const before = await world.calls(row);
    const came = act.receiver?.count();
    await act.perform();
    const [call, ...others] = await newCalls(row, before);
    expect(others).toEqual([]);
    expect(call).toMatchObject({ decision: 'deny', outcome: null });
    expect(await kindsOf(call)).toEqual(['call.decided']);
    await act.close();
    expect(act.receiver?.count()).toBe(came);
  });
});

const NO_OUTCOME = 'none';
const SETTLED = '`task.settled`, before what a task came to is told';
const SEGMENTS = '`stream.segment`, while it is open';

describe('aggregated', () => {
  test.each(byName(aggregated))('%s is no entry of its own', async (_, row) => {
    const act = await begin(row, 'permitted');
    performed.set(row.operation, await act.perform());
    expect(await settledAt(row)).toHaveLength(row.outcome === SETTLED ? 1 : 0);
    expect(await world.calls(row)).toEqual([]);
    await act.close();
    await expect.poll(() => segmentsOf(row), SOON).toHaveLength(row.outcome === SEGMENTS ? 1 : 0);
  });

  test('all of it is counted, by upstream, once the gateway has stopped', async () => {
    const uids = await world.uids();
    await world.gateway.stop();
    const summaries = await entriesOf(world.gateway, 'traffic.summary');
    const countOf = ({ operation }: Row, uid: string | undefined) =>
      summaries
        .filter(({ body }) => body['upstream'] === uid && body['operation'] === operation)
        .reduce((sum, { body }) => sum + Number(body['count']), 0);
    const counts = aggregated.map((row) => [row.operation, countOf(row, uids.get(nameOf(row)))]);
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(performed));
    expect(performed.size).toBe(aggregated.length);
    const decidedOnes = (await entriesOf(world.gateway, 'call.decided')).map(({ body }) => body['operation']);
    expect(decidedOnes.filter((operation) => aggregated.some((row) => row.operation === operation))).toEqual(
      [],
    );
    const listed = new Set(summaries.map(({ body }) => body['operation']));
    expect(decided.filter(({ operation }) => listed.has(operation))).toEqual([]);
  });
});

/** The ends of tasks that calls at the upstream of this row had made. */
async function settledAt(row: Row): Promise<readonly EntryHeader[]> {
  const calls = new Set((await world.callsAt(row)).map(({ id }) => id));
  const entries = await entriesOf(world.gateway, 'task.settled');
  return entries.filter(({ call }) => call !== null && calls.has(call));
}

/** What streams told that were opened at the upstream of this row. */
async function segmentsOf(row: Row): Promise<readonly EntryHeader[]> {
  const upstream = (await world.uids()).get(nameOf(row));
  const entries = await entriesOf(world.gateway, 'stream.segment');
  return entries.filter(({ body }) => body['upstream'] === upstream && body['operation'] === row.operation);
}
