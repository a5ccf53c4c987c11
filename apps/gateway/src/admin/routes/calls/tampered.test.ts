import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataPaths } from '../../../store/paths.ts';
import type { CallDetail, CallPage, Chain } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type RecordedCall, recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let honest: RecordedCall;
let other: RecordedCall;
beforeAll(async () => {
  admin = await startAdmin();
  honest = await recordCall(admin.store, { agent: 'honest' });
  await recordOutcome(admin.store, honest);
  other = await recordCall(admin.store, { agent: 'other', decision: 'deny' });
});
afterAll(() => admin.close());

const get = async <T>(path: string): Promise<T> =>
  (await (await admin.request(`/api/v1/${path}`, { token: admin.adminToken })).json()) as T;

/** As somebody does who can write to the database, beside the gateway. */
function tamper(assignment: string, call: string): void {
  const db = new Database(dataPaths(admin.dataDir).database);
  db.prepare(`UPDATE calls SET ${assignment} WHERE id = ?`).run(call);
  db.close();
}

describe('a row that somebody changed behind the gateway', () => {
  test.each([
    [
      'decision',
      "decision = 'allow', reason = 'permitted', state = 'completed'",
      ['decision', 'reason', 'state'],
    ],
    ['agent', "agent = 'scapegoat'", ['agent']],
    ['policies', `policies = '["harmless"]'`, ['policies']],
    ['subject', "subject = 'somebody@example.com'", ['subject']],
    ['time', 'started_at = started_at - 86400000', ['started_at']],
    ['sentence', 'sentence = NULL', ['sentence']],
  ])('is shown as that: %s', async (_what, assignment, columns) => {
    const call = await recordCall(admin.store, { decision: 'deny', agent: 'invoice' });
    tamper(assignment, call.call);
    const detail = await get<CallDetail>(`calls/${call.call}`);
    expect(detail.tampered).toBe(true);
    expect(detail.call.tampered).toBe(true);
    expect(detail.differences.map(({ column }) => column).sort()).toEqual(columns.toSorted());
  });

  test('says what the index shows and what the log has', async () => {
    const call = await recordCall(admin.store, { agent: 'invoice' });
    tamper("agent = 'stand-in'", call.call);
    const { differences } = await get<CallDetail>(`calls/${call.call}`);
    expect(differences).toEqual([{ column: 'agent', shown: 'stand-in', recorded: 'invoice' }]);
    const { calls } = await get<CallPage>('calls?agent=stand-in');
    expect(calls).toMatchObject([{ agent: 'stand-in', tampered: true }]);
    const chain = await get<Chain>(`chains/${call.chain}`);
    expect(chain.hops).toMatchObject([{ call: { tampered: true } }]);
  });

  test('cannot hide how a call ended, nor put the entries of another in its place', async () => {
    const call = await recordCall(admin.store, { agent: 'invoice' });
    await recordOutcome(admin.store, call);
    tamper("state = 'open', outcome = NULL, ended_index = NULL, ended_at = NULL", call.call);
    const open = await get<CallDetail>(`calls/${call.call}`);
    expect(open.differences.map(({ column }) => column)).toContain('outcome');

    tamper(`decided_index = ${other.index}, first_index = ${other.index}`, call.call);
    const moved = await get<CallDetail>(`calls/${call.call}`);
    expect(moved.tampered).toBe(true);
    expect(moved.call.agent).toBe('invoice');
    expect(moved.receipt.index).toBe(call.index);
  });

  test('leaves the others as they are', async () => {
    expect(await get<CallDetail>(`calls/${honest.call}`)).toMatchObject({ tampered: false, differences: [] });
    expect(await get<CallDetail>(`calls/${other.call}`)).toMatchObject({ tampered: false, differences: [] });
  });
});
