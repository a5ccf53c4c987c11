import { expect, test } from 'vitest';
import { type Id, newId } from '../ids.ts';
import { digestOf, sha256, toDigest } from '../sha256.ts';
import { utf8 } from '../bytes.ts';
import { type ChainHeads, createChainHeads } from './chain-heads.ts';

function known(heads: ChainHeads, chain: Id<'chain'>) {
  const head = heads.get(chain);
  return head === null ? null : { ...head, leaf: toDigest(head.leaf) };
}

test('holds the newest entry of each of many chains, as a map would', () => {
  const heads = createChainHeads();
  const wanted = new Map<Id<'chain'>, { seq: number; index: number; leaf: string }>();
  for (let index = 0; index < 20_000; index += 1) {
    const again = index % 3 === 0 ? [...wanted.keys()].at(-1) : undefined;
    const chain = again ?? newId('chain');
    const seq = (wanted.get(chain)?.seq ?? -1) + 1;
    const leaf = sha256(utf8(`${index}`));
    heads.set(chain, seq, index, leaf);
    wanted.set(chain, { seq, index, leaf: toDigest(leaf) });
    expect(known(heads, chain)).toEqual(wanted.get(chain));
    if (wanted.size > 4_000) break;
  }
  for (const [chain, head] of wanted) expect(known(heads, chain)).toEqual(head);
  expect(heads.get(newId('chain'))).toBeNull();
});

test('tells chains apart whose ids begin alike, and takes numbers beyond 32 bits', () => {
  const heads = createChainHeads();
  const [one, other] = ['a', 'b'].map((last) => `chain_${'0'.repeat(31)}${last}` as Id<'chain'>);
  if (one === undefined || other === undefined) throw new Error('there are two');
  const index = 2 ** 40;
  heads.set(one, 2 ** 33, index, sha256());
  expect(heads.get(other)).toBeNull();
  heads.set(other, 1, 2, sha256(utf8('x')));
  expect(known(heads, one)).toEqual({ seq: 2 ** 33, index, leaf: digestOf('') });
  expect(known(heads, other)).toEqual({ seq: 1, index: 2, leaf: digestOf('x') });
});
