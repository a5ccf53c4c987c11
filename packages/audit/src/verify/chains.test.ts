import { expect, test } from 'vitest';
import { FIRST_CHAIN_LINK, nextChainLink, originDigest } from '../entry/chain.ts';
import type { ChainLink, EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { digestOf, toDigest } from '../sha256.ts';
import { ORIGIN, openLog } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';

const CHAIN = newId('chain');
const ELSEWHERE = originDigest('log.example.com/audit/other');
const HERE = originDigest(ORIGIN);
const LEAF = digestOf('some leaf');

function inChain(chain = CHAIN): EntryDraft {
  return { kind: 'node.stopped', call: null, agent: null, chain, body: { reason: 'signal' }, details: {} };
}

async function verifiedLink(link: ChainLink, before = 2) {
  const log = openLog();
  for (let i = 0; i < before; i += 1) log.add(inChain());
  log.add(inChain(), { link });
  return verifyLog(log.entries, { origin: ORIGIN });
}

test('chains that alternate in one log are each followed', async () => {
  const log = openLog();
  const other = newId('chain');
  for (const chain of [CHAIN, other, other, CHAIN, CHAIN, other]) log.add(inChain(chain));
  const report = await verifyLog(log.entries, { origin: ORIGIN });
  expect(report.levels.chains).toMatchObject({ state: 'passed', checked: 6 });
});

test.each<[string, ChainLink, number]>([
  ['starts over', FIRST_CHAIN_LINK, 2],
  ['skips a number', { seq: 3, prevLog: HERE, prevIndex: 2, prevLeaf: LEAF }, 2],
  ['names another entry as its previous one', nextChainLink({ seq: 1, log: HERE, index: 1, leaf: LEAF }), 2],
  ['names another leaf as its previous one', nextChainLink({ seq: 1, log: HERE, index: 2, leaf: LEAF }), 2],
  [
    'continues a chain that this log does not have',
    nextChainLink({ seq: 0, log: HERE, index: 0, leaf: LEAF }),
    0,
  ],
  ['begins with a number other than 0', { ...FIRST_CHAIN_LINK, seq: 1 }, 0],
  ['begins with half a link', { ...FIRST_CHAIN_LINK, prevIndex: 0 }, 0],
  [
    'continues another log without naming the entry',
    { seq: 5, prevLog: ELSEWHERE, prevIndex: null, prevLeaf: LEAF },
    0,
  ],
  [
    'comes back from another log with a number it had',
    nextChainLink({ seq: 0, log: ELSEWHERE, index: 4, leaf: LEAF }),
    2,
  ],
])('an entry that %s breaks its chain', async (_case, link, before) => {
  const report = await verifiedLink(link, before);
  expect(report.firstFailure).toMatchObject({ level: 'chains', code: 'chain_broken', index: before + 1 });
});

test.each<[string, (link: ChainLink) => ChainLink]>([
  ['number', (link) => ({ ...link, seq: link.seq + 1 })],
  ['log', (link) => ({ ...link, prevLog: null })],
  ['index', (link) => ({ ...link, prevIndex: 0 })],
  ['leaf', (link) => ({ ...link, prevLeaf: LEAF })],
])('a link that is right but for its %s breaks its chain', async (_member, spoil) => {
  const log = openLog();
  const index = log.add(inChain());
  const leaf = toDigest(log.entries[index]?.leaf ?? new Uint8Array());
  log.add(inChain(), { link: spoil(nextChainLink({ seq: 0, log: HERE, index, leaf })) });
  const report = await verifyLog(log.entries, { origin: ORIGIN });
  expect(report.firstFailure).toMatchObject({ level: 'chains', code: 'chain_broken', index: index + 1 });
});

test('a link into another log is accepted, counted and said to be unread', async () => {
  const report = await verifiedLink(nextChainLink({ seq: 4, log: ELSEWHERE, index: 9, leaf: LEAF }));
  expect(report).toMatchObject({ verdict: 'consistent', linksToOtherLogs: 1 });
  expect(report.notProven).toContain('1 chain link into other logs, which were not read');
});
