import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, openDesk } from './testing/desk-under-test.ts';
import type { ReviewedChange } from './types.ts';

let t: DeskUnderTest;
beforeEach(async () => {
  t = await openDesk();
});
afterEach(() => t.close());

const propose = (proposal: unknown = 'pii', author = 'olive', message = 'it was a test file') =>
  t.desk.propose({ of: 'exposure', author, message, proposal });
async function opened(proposal = 'pii'): Promise<ReviewedChange> {
  const proposed = await propose(proposal);
  if (!proposed.ok) throw new Error(proposed.error.message);
  return proposed.value;
}
const approve = (change: string, reviewer: string) =>
  t.desk.review({ change, reviewer, verdict: 'approve', reason: '' });
const reject = (change: string, reviewer: string, reason = 'not clear') =>
  t.desk.review({ change, reviewer, verdict: 'reject', reason });
const stateOf = async (id: string) => (await t.store.readers.changes.get(id))?.state;

describe('a proposal', () => {
  it('changes nothing until another person approves, and then takes effect in one commit with its end', async () => {
    const change = await opened();
    expect(change).toMatchObject({
      state: 'pending',
      author: 'olive',
      proposal: { label: 'pii' },
      quorum: 1,
    });
    expect(await t.labels()).toEqual(['pii', 'secret']);
    expect(await approve(change.id, 'fiona')).toMatchObject({ ok: true, value: { state: 'applied' } });
    expect(await t.labels()).toEqual(['secret']);
    expect(await t.entries()).toEqual([
      'change.proposed',
      'change.reviewed approve',
      'exposure.cleared',
      'change.closed applied',
    ]);
  });

  it.each([
    ['the built-in first user, who is nobody in particular', 'admin', 'not_an_author'],
    ['somebody who has left', 'gone', 'not_an_author'],
  ])('is not taken from %s', async (_who, author, code) => {
    expect(await propose('pii', author)).toMatchObject({ ok: false, error: { code } });
    expect(await t.entries()).toEqual([]);
  });

  it('says why it is made', async () => {
    expect(await propose('pii', 'olive', ' ')).toMatchObject({ error: { code: 'message_required' } });
  });

  it('is refused when its kind finds it wrong', async () => {
    expect(await propose('')).toMatchObject({ error: { code: 'invalid', message: 'a label is missing' } });
  });

  it('is refused when nobody could ever approve it', async () => {
    t.rules = { ...t.rules, quorum: 3 };
    expect(await propose()).toMatchObject({ error: { code: 'no_reviewers' } });
    t.rules = { ...t.rules, quorum: 1, group: 'nobody-knows' };
    expect(await propose()).toMatchObject({
      error: { code: 'no_reviewers', message: expect.stringContaining('not registered') as string },
    });
  });

  it('takes effect at once where review is configured off, and is recorded all the same', async () => {
    t.rules = { ...t.rules, quorum: 0, group: null };
    expect(await propose()).toMatchObject({ ok: true, value: { state: 'applied', quorum: 0 } });
    expect(await t.labels()).toEqual(['secret']);
    expect(await t.entries()).toEqual(['change.proposed', 'exposure.cleared', 'change.closed applied']);
    t.failure = { code: 'conflict', message: 'too late' };
    expect(await propose('secret')).toMatchObject({ error: { code: 'conflict', message: 'too late' } });
    expect(await t.store.readers.changes.list({ limit: 9 })).toHaveLength(1);
  });
});

describe('a review', () => {
  it.each([
    ['its author', 'olive', 'not_a_reviewer'],
    ['who is not in the group', 'victor', 'not_a_reviewer'],
    ['who has left', 'gone', 'not_a_reviewer'],
    ['the built-in first user', 'admin', 'not_a_reviewer'],
  ])('is not taken from %s', async (_who, reviewer, code) => {
    const { id } = await opened();
    expect(await approve(id, reviewer)).toMatchObject({ ok: false, error: { code } });
    expect(await stateOf(id)).toBe('pending');
  });

  it('counts once per person', async () => {
    t.rules = { ...t.rules, quorum: 2 };
    const { id } = await opened();
    expect(await approve(id, 'fiona')).toMatchObject({ value: { state: 'pending' } });
    expect(await approve(id, 'fiona')).toMatchObject({ error: { code: 'already_reviewed' } });
    expect(await approve(id, 'greta')).toMatchObject({ value: { state: 'applied' } });
    expect(await t.store.readers.changes.reviews(id)).toMatchObject([
      { reviewer: 'fiona' },
      { reviewer: 'greta' },
    ]);
  });

  it('no longer counts once its reviewer has left, or left the group', async () => {
    t.rules = { ...t.rules, quorum: 2 };
    const { id } = await opened();
    await approve(id, 'fiona');
    const fiona = t.users.get('fiona');
    if (fiona === undefined) throw new Error('fiona is missing');
    t.users.set('fiona', { ...fiona, active: false });
    expect(await approve(id, 'greta')).toMatchObject({ value: { state: 'pending' } });
    t.users.set('fiona', { ...fiona, groups: [] });
    t.users.set('heidi', { ...fiona, uid: newId('usr'), name: 'heidi' });
    expect(await approve(id, 'heidi')).toMatchObject({ value: { state: 'applied' } });
  });

  it('needs as many people as are asked for now, where that is more than when it was proposed', async () => {
    const change = await opened();
    t.rules = { ...t.rules, quorum: 2 };
    expect(await approve(change.id, 'fiona')).toMatchObject({ ok: true, value: { state: 'pending' } });
    expect(await t.labels()).toEqual(['pii', 'secret']);
  });

  it('that rejects says why, and ends the change', async () => {
    const { id } = await opened();
    expect(await reject(id, 'fiona', '')).toMatchObject({ error: { code: 'reason_required' } });
    expect(await reject(id, 'fiona')).toMatchObject({ value: { state: 'rejected', reason: 'not clear' } });
    expect(await approve(id, 'greta')).toMatchObject({ error: { code: 'not_pending' } });
    expect(await t.labels()).toEqual(['pii', 'secret']);
  });

  it('of a change that nobody knows, or whose time is over, is not taken', async () => {
    expect(await approve('chg_x', 'fiona')).toMatchObject({ error: { code: 'not_found' } });
    const { id } = await opened();
    t.advance(60_000);
    expect(await approve(id, 'fiona')).toMatchObject({ error: { code: 'not_pending' } });
  });
});

describe('a change that people agreed to and that can no longer be made', () => {
  it('ends as failed, with the reason, and with the vote on record', async () => {
    const [first, second] = [await opened(), await opened()];
    await approve(first.id, 'fiona');
    expect(await approve(second.id, 'fiona')).toMatchObject({
      ok: true,
      value: { state: 'failed', reason: 'it has been cleared already' },
    });
    expect((await t.entries()).slice(-2)).toEqual(['change.reviewed approve', 'change.closed failed']);
  });

  it('ends as failed when its author has left, or is somebody else by now under the same name', async () => {
    const [left, replaced] = [await opened(), await opened('secret')];
    const olive = t.users.get('olive');
    if (olive === undefined) throw new Error('olive is missing');
    t.users.set('olive', { ...olive, active: false });
    expect(await approve(left.id, 'fiona')).toMatchObject({ value: { state: 'failed' } });
    t.users.set('olive', { ...olive, uid: newId('usr') });
    expect(await approve(replaced.id, 'olive')).toMatchObject({ value: { state: 'failed' } });
    expect(await t.labels()).toEqual(['pii', 'secret']);
  });

  it('stays pending, without the vote, when it merely could not be tried', async () => {
    const { id } = await opened();
    t.failure = { code: 'unavailable', message: 'later' };
    expect(await approve(id, 'fiona')).toMatchObject({ error: { code: 'unavailable' } });
    expect([await stateOf(id), await t.store.readers.changes.reviews(id)]).toEqual(['pending', []]);
    t.failure = null;
    expect(await approve(id, 'fiona')).toMatchObject({ value: { state: 'applied' } });
  });
});

describe('at the same time', () => {
  it('two reviewers complete a quorum of two once', async () => {
    t.rules = { ...t.rules, quorum: 2 };
    const { id } = await opened();
    const both = await Promise.all([approve(id, 'fiona'), approve(id, 'greta')]);
    expect(both.map((one) => one.ok && one.value.state)).toEqual(['pending', 'applied']);
    expect((await t.entries()).filter((kind) => kind === 'exposure.cleared')).toHaveLength(1);
  });

  it('an approval through one process and one through another apply once', async () => {
    const { id } = await opened();
    const results = await Promise.all([
      approve(id, 'fiona'),
      t.otherDesk.review({ change: id, reviewer: 'greta', verdict: 'approve', reason: '' }),
    ]);
    expect(results.filter((one) => one.ok && one.value.state === 'applied')).toHaveLength(1);
    expect(results.filter((one) => !one.ok && one.error.code === 'not_pending')).toHaveLength(1);
    expect(await t.entries()).toHaveLength(4);
  });

  it('a withdrawal that comes first leaves nothing to apply', async () => {
    const { id } = await opened();
    t.beforeApply = async () => {
      await t.otherDesk.withdraw({ change: id, author: 'olive', reason: 'changed my mind' });
    };
    expect(await approve(id, 'fiona')).toMatchObject({ error: { code: 'not_pending' } });
    expect(await t.labels()).toEqual(['pii', 'secret']);
    expect(await t.entries()).toEqual(['change.proposed', 'change.closed withdrawn']);
  });

  it('an approval that comes first leaves nothing to withdraw', async () => {
    const { id } = await opened();
    const [approved, withdrawn] = await Promise.all([
      approve(id, 'fiona'),
      t.desk.withdraw({ change: id, author: 'olive', reason: '' }),
    ]);
    expect([approved.ok, withdrawn]).toMatchObject([true, { error: { code: 'not_pending' } }]);
  });
});

describe('an end without effect', () => {
  it('is the author’s alone to choose', async () => {
    const { id } = await opened();
    expect(await t.desk.withdraw({ change: id, author: 'fiona', reason: '' })).toMatchObject({
      error: { code: 'not_an_author' },
    });
    expect(await t.desk.withdraw({ change: id, author: 'olive', reason: 'no longer needed' })).toMatchObject({
      value: { state: 'withdrawn', reason: 'no longer needed' },
    });
    expect(await approve(id, 'fiona')).toMatchObject({ error: { code: 'not_pending' } });
  });

  it('comes by itself when its time is over', async () => {
    const { id } = await opened();
    await t.desk.sweep();
    expect(await stateOf(id)).toBe('pending');
    t.advance(60_000);
    await t.desk.sweep();
    await t.desk.sweep();
    expect(await stateOf(id)).toBe('expired');
    expect(await t.entries()).toEqual(['change.proposed', 'change.closed expired']);
  });
});

it('a kind is registered once', () => {
  const kind = { of: 'exposure', rules: () => t.rules, check: () => never(), apply: () => never() } as const;
  expect(() => t.desk.register(kind)).toThrow(TypeError);
});

function never(): never {
  throw new Error('not asked');
}

it('where a kind takes no proposals, everybody is told why, whatever their token', async () => {
  const why = 'policies come from a folder';
  t.desk.register({
    of: 'policy',
    rules: () => t.rules,
    closed: why,
    check: () => never(),
    apply: () => never(),
  });
  for (const author of ['admin', 'olive'])
    expect(await t.desk.propose({ of: 'policy', author, message: 'x', proposal: null })).toEqual({
      ok: false,
      error: { code: 'conflict', message: why },
    });
});
