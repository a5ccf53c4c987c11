// An export by agent, policy, outcome, call or time takes archived calls along, or says why it cannot: it never has fewer of
// them in silence.
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EntryBody } from '@countersign/audit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRecorded } from '../archive/recorded.ts';
import { archive } from '../archive/testing-commands.ts';
import { type ArchiveLog, commit, createArchiveLog, publish, recordCalls } from '../archive/testing-log.ts';
import { parseQueryText } from '../search/query-text.ts';
import type { Store } from '../store/store.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { findAskedCalls } from './archived-calls.ts';

interface Recorded {
  readonly call: string;
  readonly chain: string;
  readonly entries: readonly number[];
}

interface Made {
  readonly agent?: string;
  readonly policy?: string;
  readonly outcome?: EntryBody<'call.completed'>['outcome'];
  readonly subject?: string;
}

/** Two logs of the same: one is archived in the middle. */
let log: ArchiveLog;
let whole: Readonly<Record<string, readonly string[]>>;
let rare: Recorded;
let straddling: Recorded;
let later: Recorded;
/** When the first entry was recorded that is in the second tile. */
let atTile: string;

async function recorded(
  store: Store,
  { agent = 'rare', policy = 'rare-policy', outcome = 'tool_error', subject = 'zelda' }: Made = {},
  between = async (): Promise<void> => {},
): Promise<Recorded> {
  const ids = newCall();
  const at = await commit(store, {
    entries: [
      decided(
        ids,
        {},
        {
          caller: JSON.stringify({ agent, owner: 'olga', team: 'billing' }),
          subject: JSON.stringify({ subject, issuer: 'people' }),
          explanation: JSON.stringify({ determining: [{ id: policy }], guards: [], errors: [] }),
        },
      ),
    ],
  });
  await between();
  const end = await commit(store, { entries: [completed(ids, at, { outcome })] });
  return { call: ids.call, chain: ids.chain, entries: [at, end] };
}

const ASKED: Readonly<Record<string, () => readonly string[]>> = {
  agent: () => ['--agent', 'rare'],
  policy: () => ['--policy', 'rare-policy'],
  outcome: () => ['--outcome', 'tool_error'],
  'agent, in a range': () => ['--agent', 'rare', '--from', '256', '--to', '540'],
  'agent and policy': () => ['--agent', 'rare', '--policy', 'other'],
  call: () => ['--call', rare.call],
  'a call that straddles the cut': () => ['--call', straddling.call],
  'outcome of a chain': () => ['--chain', straddling.chain, '--outcome', 'tool_error'],
  'a time on': () => ['--from', atTile, '--to', '600'],
  'agent from a time on': () => ['--agent', 'rare', '--from', atTile],
};

beforeAll(async () => {
  log = await createArchiveLog();
  await log.write(async (store) => {
    await recorded(store);
    await recordCalls(store, 60);
    rare = await recorded(store, { subject: 'yusuf' });
    await recorded(store, { policy: 'other', outcome: 'ok' });
    await recordCalls(store, 60);
    straddling = await recorded(store, {}, async () => recordCalls(store, 20));
    await recordCalls(store, 60);
    later = await recorded(store);
    await publish(store);
    const stored = await store.readers.log.entry(256);
    const { time } = JSON.parse(Buffer.from(stored?.header ?? []).toString()) as { time: number };
    atTile = new Date(Math.ceil(time / 1000)).toISOString();
  });
  writeFileSync(join(log.dataDir, 'origin'), 'test.example/log\n');
  const before: Record<string, readonly string[]> = {};
  for (const [name, asked] of Object.entries(ASKED))
    before[name] = lines(await exported('jsonl', ...asked()));
  whole = before;
  const { code, err } = await archive(log, '--before', '512');
  if (code !== 0) throw new Error(err);
}, 120_000);
afterAll(() => log.remove());

const exported = async (format: string, ...args: readonly string[]) => {
  const line = ['export', '--offline', '--format', format, '--reason', 'audit', '--disclose', 'all'];
  return log.cli(...line, ...args, '--out', '-');
};

function lines({ code, out, err }: { code: number; out: string; err: string }): readonly string[] {
  if (code !== 0) throw new Error(err);
  return out.trimEnd().split('\n');
}

describe('what was archived is found', () => {
  test('as the calls are that the tests are about', () => {
    expect(rare.entries.every((index) => index < 512)).toBe(true);
    expect(straddling.entries.map((index) => index < 512)).toEqual([true, false]);
    expect(later.entries.every((index) => index >= 512)).toBe(true);
  });

  test.each(Object.keys(ASKED))('by %s: what came before it was archived is what comes now', async (name) => {
    const now = lines(await exported('jsonl', ...(ASKED[name]?.() ?? [])));
    expect(whole[name]?.length).toBeGreaterThan(0);
    expect(now).toEqual(whole[name]);
  });

  test.each(['agent', 'policy', 'outcome', 'agent from a time on'])(
    'by %s: the bundle verifies',
    async (name) => {
      const file = join(dirname(log.target), '..', 'bundle');
      writeFileSync(file, `${lines(await exported('bundle', ...(ASKED[name]?.() ?? []))).join('\n')}\n`);
      const { code, out, err } = await log.cli('verify', file, '--no-replay', '--json');
      expect([code, (JSON.parse(out) as { verdict: string }).verdict, err]).toEqual([0, 'consistent', '']);
    },
  );

  test('and a call that never was is not', async () => {
    const none = await exported('jsonl', '--call', newCall().call);
    expect([none.code, none.out, none.err]).toEqual([1, '', expect.stringContaining('is not known here')]);
    const nobody = await exported('jsonl', '--agent', 'nobody');
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('nothing in the log fits')]);
  });
});

test.each<[string, () => readonly string[]]>([
  ['another agent made', () => ['--agent', 'other']],
  ['began after the range', () => ['--to', '3']],
  ['was over before the range', () => ['--from', String((rare.entries[1] ?? 0) + 1)]],
])('an archived call that %s is known, and does not fit', async (_what, more) => {
  const { code, err } = await exported('jsonl', '--call', rare.call, ...more());
  expect([code, err]).toEqual([1, expect.stringContaining('nothing in the log fits')]);
});

describe('while the archive is away', () => {
  beforeEach(() => {
    renameSync(log.target, `${log.target}-away`);
    return () => renameSync(`${log.target}-away`, log.target);
  });

  test.each(['policy', 'call', 'a time on'])('nothing leaves by %s', async (name) => {
    const { code, out, err } = await exported('jsonl', ...(ASKED[name]?.() ?? []));
    expect([code, out, err]).toEqual([1, '', expect.stringContaining('cannot be read')]);
  });

  test('what came after it was recorded does not ask for it', async () => {
    let since = 0;
    await log.write(async (store) => {
      since = (await recorded(store, { agent: 'newcomer' })).entries[0] ?? 0;
    });
    const found = lines(await exported('jsonl', '--agent', 'newcomer', '--from', String(since)));
    expect(found).toHaveLength(2);
  });
});

test('of calls whose values are gone it is said that nobody can tell', async () => {
  // As somebody would destroy keys: values of archived entries cannot be opened any more.
  await log.write(async (store) => {
    const sealed = await store.readers.payloads.archivedOf([...rare.entries]);
    const keys = [...new Set(sealed.map(({ key }) => key))];
    const gone = await store.commit({ entries: [], payloads: [{ retire: keys }, { destroy: keys }] });
    if (!gone.ok) throw new Error(gone.code);
  });
  const byPolicy = await exported('jsonl', '--policy', 'rare-policy');
  expect([byPolicy.code, byPolicy.err]).toEqual([0, expect.stringMatching(/^of 1 call nobody can tell/m)]);
  expect(lines(byPolicy).join('\n')).not.toContain(rare.call);
  // Of what lies outside the range nobody asked.
  for (const range of [
    ['--from', String((rare.entries[1] ?? 0) + 1)],
    ['--to', String(rare.entries[0])],
  ]) {
    const { code, err } = await exported('jsonl', '--policy', 'rare-policy', ...range);
    expect([code, err]).toEqual([0, expect.not.stringContaining('nobody can tell')]);
  }
  // Headers are never erased: an outcome is found as before.
  expect(lines(await exported('jsonl', '--outcome', 'tool_error')).join('\n')).toContain(rare.call);
  const all = await exported('jsonl', '--call', rare.call, '--policy', 'rare-policy');
  expect([all.code, all.out, all.err]).toEqual([
    1,
    '',
    expect.stringContaining('as far as that can be told'),
  ]);
});

test.each<[string, { readonly isFound: boolean; readonly untold: number }]>([
  ['outcome:tool_error|policy:none', { isFound: true, untold: 0 }],
  ['policy:none|outcome:ok', { isFound: false, untold: 1 }],
  ['policy:none outcome:ok', { isFound: false, untold: 0 }],
  ['-policy:none outcome:tool_error', { isFound: false, untold: 1 }],
  ['-outcome:tool_error|policy:none', { isFound: false, untold: 0 }],
  ['-outcome:ok|policy:none', { isFound: false, untold: 1 }],
])('by `%s`: one alternative that a header tells is enough for a call without values', async (text, told) => {
  const store = await log.open();
  const query = parseQueryText(text);
  if (!query.ok) throw new Error(query.error.message);
  const asked = { call: undefined, query: query.value, from: 0, to: 1e6 };
  const recorded = await openRecorded(store.readers);
  const { calls, untold } = await findAskedCalls(asked, recorded, store.readers, () => undefined);
  await store.close();
  expect({ isFound: calls.some(({ id }) => id === rare.call), untold }).toEqual(told);
});

test('that is on record with the export, and on its page for people', async () => {
  // Whoever has the file without what the command said finds it by its digest.
  const byPolicy = await exported('jsonl', '--policy', 'rare-policy');
  const digest = createHash('sha256').update(`${byPolicy.out.trimEnd()}\n`).digest('hex');
  const store = await log.open();
  const { entries } = await store.readers.entries.page(
    { kind: 'log.exported', from: 0 },
    { limit: 1, before: 1e6 },
  );
  const recorded = await store.readers.log.entry(entries[0]?.header.index ?? -1);
  await store.close();
  expect(entries[0]?.header.body).toMatchObject({ digest });
  const query = recorded?.details.find(({ name }) => name === 'query')?.value;
  expect(JSON.parse(Buffer.from(query ?? []).toString())).toMatchObject({ policy: 'rare-policy', untold: 1 });
  const page = await exported('html', '--policy', 'rare-policy');
  expect(page.out).toMatch(/<dt>Not in it<\/dt><dd><bdi>of 1 call nobody can tell whether it was asked for/);
  const whole = await exported('html', '--outcome', 'tool_error');
  expect([whole.code, whole.out]).toEqual([0, expect.not.stringContaining('Not in it')]);
});
