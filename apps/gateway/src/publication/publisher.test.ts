import { checkQuorum, digestOf, parseEntry } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CheckpointRecord } from '../store/readers/log.ts';
import { createHeld, type Held } from './held.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { countedTrust, quorumOf } from './quorum.ts';
import { type LocalWitness, startLocalWitness } from './testing/local-witness.ts';
import { openPublishedLog, type PublishedLog } from './testing/published-log.ts';
import { type Attempt, failed, type SignedHead, type Target } from './types.ts';
import { witnessTarget } from './witness-target.ts';

const INTERVAL = 60_000;

let log: PublishedLog;
let clock: number;
let told: string[];
let contradictions: string[];
let witnesses: LocalWitness[];

beforeEach(async () => {
  log = await openPublishedLog();
  clock = 1_800_000_000_000;
  log.folder.setClock(clock);
  told = [];
  contradictions = [];
  witnesses = [];
});
afterEach(async () => {
  for (const witness of witnesses) await witness.close();
  await log.close();
  log.folder.remove();
});

function pass(ms: number): void {
  clock += ms;
  log.folder.setClock(clock);
}

async function witnessNamed(name: string): Promise<LocalWitness> {
  const witness = await startLocalWitness(log.key, name, () => clock);
  witnesses.push(witness);
  return witness;
}

/** A holder that does as it is told, and remembers what it was given. */
function obedient(name: string): Target & { given: number[]; answer: (head: SignedHead) => Attempt } {
  const target: Target & { given: number[]; answer: (head: SignedHead) => Attempt } = {
    id: name,
    kind: 'file',
    name,
    given: [],
    answer: (head) => ({ result: 'accepted', head, proof: null, cosignature: null }),
    publish: async (head) => {
      target.given.push(head.size);
      return target.answer(head);
    },
  };
  return target;
}

/** @param newest what it takes for the newest checkpoint; the log's own unless given. */
async function publisherOf(
  targets: readonly Target[],
  threshold = 0,
  newest: CheckpointRecord | null = null,
): Promise<{ publisher: Publisher; held: Held }> {
  const trusted = witnesses.map(({ verifier }) => ({ name: verifier.name, verifier, url: null }));
  const publisher = await createPublisher({
    writer: log.store,
    log: newest === null ? log.store.readers.log : { latestCheckpoint: async () => newest },
    publications: log.store.readers.publications,
    news: log.news,
    targets,
    quorum: threshold === 0 ? null : quorumOf(countedTrust(trusted, threshold), [log.key]),
    now: () => clock,
    intervalMs: INTERVAL,
    onContradiction: (message) => void contradictions.push(message),
    tell: (message) => void told.push(message),
  });
  const held = createHeld({
    publications: log.store.readers.publications,
    standing: () => publisher.standing(),
    news: log.news,
    hasWitnesses: threshold > 0,
    now: () => clock,
    maxMs: 120_000,
  });
  return { publisher, held };
}

const targetOf = ({ url, verifier }: LocalWitness): Target => witnessTarget({ url, verifier, log: log.own });

async function published(): Promise<{ to: string; size: number; result: string; target: string }[]> {
  const found = [];
  for await (const { header } of log.store.readers.log.entries()) {
    const entry = parseEntry(header);
    if (entry.ok && entry.value.kind === 'checkpoint.published') found.push(entry.value.body);
  }
  return found;
}

test('a quiet log comes to rest: what is told of publishing is not published again', async () => {
  const [file, other] = [obedient('one'), obedient('two')];
  const { publisher } = await publisherOf([file, other]);
  const { size } = await log.grow(3);
  for (let minute = 0; minute < 30; minute += 1) {
    await publisher.tick();
    await log.head();
    pass(INTERVAL);
  }
  expect([file.given, other.given]).toEqual([[size], [size]]);
  const { size: rest } = await log.head();
  expect(rest).toBe(size + 2);
  expect(await published()).toEqual([
    { to: 'file', target: digestOf('one'), size, result: 'accepted' },
    { to: 'file', target: digestOf('two'), size, result: 'accepted' },
  ]);
  await log.grow(1);
  await publisher.tick();
  expect(file.given).toEqual([size, rest + 1]);
});

test('a checkpoint is chosen at most once in an interval, however fast the log grows', async () => {
  const file = obedient('one');
  const { publisher } = await publisherOf([file]);
  for (let second = 0; second < 150; second += 1) {
    if (second % 10 === 0) await log.grow(1);
    await publisher.tick();
    pass(1000);
  }
  expect(file.given).toHaveLength(3);
});

test('a failure is tried again at a quiet tip, less and less often, and recorded when it begins and ends', async () => {
  const file = obedient('one');
  const { publisher } = await publisherOf([file]);
  const { size } = await log.grow(2);
  file.answer = () => failed('unreachable', 'it is not there');
  for (let second = 0; second < 1800; second += 1) {
    await publisher.tick();
    pass(1000);
  }
  // 5, 10, 20, 40, 80, 160 seconds, then every five minutes.
  expect(file.given).toHaveLength(11);
  expect(publisher.standing()).toMatchObject([{ size: 0, result: 'unreachable', failures: 11 }]);
  expect(await published()).toMatchObject([{ size, result: 'unreachable' }]);

  file.answer = () => failed('refused', 'it does not want it');
  pass(300_000);
  await publisher.tick();
  file.answer = obedient('x').answer;
  pass(300_000);
  await publisher.tick();
  expect((await published()).map(({ result }) => result)).toEqual(['unreachable', 'refused', 'accepted']);
  expect(publisher.standing()).toMatchObject([
    { size, result: 'accepted', failures: 0, error: null, failingSince: null },
  ]);
  expect(told).toEqual([
    'the anchor file `one` takes no checkpoint (unreachable): it is not there',
    'the anchor file `one` takes no checkpoint (refused): it does not want it',
    'the anchor file `one` takes checkpoints again',
  ]);
});

test('each keeps its own pace: one that fails holds up nobody', async () => {
  const [good, bad] = [obedient('good'), obedient('bad')];
  bad.answer = () => failed('unreachable', 'it is not there');
  const { publisher } = await publisherOf([bad, good]);
  const sizes = [];
  for (let minute = 0; minute < 3; minute += 1) {
    sizes.push((await log.grow(1)).size);
    await publisher.tick();
    pass(INTERVAL);
  }
  expect(good.given).toEqual(sizes);
  bad.answer = good.answer;
  pass(300_000);
  await publisher.tick();
  expect(bad.given.at(-1)).toBe(sizes.at(-1));
});

test('a restart goes on where each target was', async () => {
  const file = obedient('one');
  const { size } = await log.grow(2);
  await (await publisherOf([file])).publisher.tick();
  const late = obedient('two');
  const { publisher } = await publisherOf([file, late]);
  expect(publisher.standing()).toMatchObject([{ name: 'one', size }]);
  await log.head();
  await publisher.tick();
  expect(late.given).toHaveLength(1);
  await log.grow(1);
  pass(INTERVAL);
  await publisher.tick();
  expect(file.given).toHaveLength(3);
});

test('witnesses cosign one and the same checkpoint until there are enough', async () => {
  const names = ['w1.example', 'w2.example', 'w3.example'];
  const all = [];
  for (const name of names) all.push(await witnessNamed(name));
  const { publisher, held } = await publisherOf(all.map(targetOf), 2);
  const { publications } = log.store.readers;
  const trust = countedTrust(
    all.map(({ verifier }) => ({ name: verifier.name, verifier, url: null })),
    2,
  );

  const [first, second, third] = all;
  second?.replace(() => ({ status: 503 }));
  third?.replace(() => ({ status: 503 }));
  const head = await log.grow(4);
  await publisher.tick();
  expect(await publications.newestCosigned()).toBeNull();
  expect(await publications.cosigned(head.size)).toMatchObject({ isQuorumMet: false });
  // The log grows meanwhile, and it is still the same checkpoint that the others are asked about.
  await log.grow(2);
  second?.replace(null);
  pass(10_000);
  await publisher.tick();
  const cosigned = await publications.newestCosigned();
  expect(cosigned).toMatchObject({ size: head.size, isQuorumMet: true });
  expect(await checkQuorum(cosigned?.note ?? '', trust)).toMatchObject({ ok: true });
  await held.refresh();
  expect(held.status()).toMatchObject({ size: head.size, by: 'witnesses', at: clock });
  third?.replace(null);
  pass(10_000);
  await publisher.tick();
  const whole = await publications.newestCosigned();
  expect((await checkQuorum(whole?.note ?? '', trust)).cosigners).toHaveLength(3);
  expect(first?.asked).toHaveLength(1);
});

test('after a restart the cosignatures that a checkpoint has already count', async () => {
  const [one, two] = [await witnessNamed('w1.example'), await witnessNamed('w2.example')];
  two.replace(() => ({ status: 503 }));
  const head = await log.grow(1);
  const newest = await log.store.readers.log.latestCheckpoint();
  const targets = [one, two].map(targetOf);
  await (await publisherOf(targets, 2, newest)).publisher.tick();
  two.replace(null);
  await (await publisherOf(targets, 2, newest)).publisher.tick();
  expect(await log.store.readers.publications.newestCosigned()).toMatchObject({ size: head.size });
  expect(one.asked).toHaveLength(1);
});

test('entries that nobody holds grow old, and a quiet log does not', async () => {
  const file = obedient('one');
  const { publisher, held } = await publisherOf([file]);
  const { size } = await log.grow(1);
  await publisher.tick();
  await held.refresh();
  expect(held.status()).toMatchObject({ size, by: 'file', waitingMs: 0 });
  pass(86_400_000);
  await publisher.tick();
  await held.refresh();
  expect(held.overdue()).toBeNull();

  file.answer = () => failed('unreachable', 'it is not there');
  await log.grow(1);
  await publisher.tick();
  pass(100_000);
  await log.grow(1);
  await held.refresh();
  expect(held.status()).toMatchObject({ size, waitingMs: 100_000 });
  expect(held.overdue()).toBeNull();
  pass(21_000);
  expect(held.overdue()).toContain('in the last 121 seconds');
  file.answer = obedient('x').answer;
  pass(300_000);
  await publisher.tick();
  await held.refresh();
  expect(held.overdue()).toBeNull();
});

test('what contradicts the log is told once', async () => {
  const file = obedient('one');
  file.answer = () => failed('conflict', 'it was put back', 'it was put back');
  const { publisher } = await publisherOf([file]);
  await log.grow(1);
  for (let minute = 0; minute < 10; minute += 1) {
    await publisher.tick();
    pass(INTERVAL);
  }
  expect(contradictions).toEqual(['it was put back']);
});

test('a target that throws is a failure of its own', async () => {
  const file = obedient('one');
  file.answer = () => {
    throw new Error('it broke');
  };
  const { publisher } = await publisherOf([file]);
  await log.grow(1);
  await publisher.tick();
  expect(publisher.standing()).toMatchObject([{ result: 'unreachable', error: 'it broke' }]);
});

test('at the end everybody is given the last checkpoint, whatever the pace, and nobody is waited for too long', async () => {
  const file = obedient('one');
  const slow = obedient('two');
  slow.publish = (_head, _known, signal) =>
    new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve(failed('unreachable', 'no answer in time'))),
    );
  const { publisher } = await publisherOf([file]);
  await log.grow(1);
  await publisher.tick();
  const { size } = await log.grow(1);
  await publisher.finish(1000);
  expect(file.given.at(-1)).toBe(size);
  await log.grow(1);
  await publisher.tick();
  expect(file.given.at(-1)).toBe(size);

  const last = await publisherOf([slow]);
  await last.publisher.finish(10);
  expect(last.publisher.standing()).toMatchObject([{ result: 'unreachable' }]);
});
