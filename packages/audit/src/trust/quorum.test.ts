import { beforeAll, expect, test } from 'vitest';
import { signCheckpoint } from '../checkpoint.ts';
import { cosign } from '../cosignature/cosignature.ts';
import { type Cosigner, generateCosignerKey, importCosigner } from '../cosignature/key.ts';
import { generateNoteKey, importNoteSigner, type NoteSigner } from '../note-key.ts';
import { cosignatureVectors } from '../testing/vectors.ts';
import { parseTrust } from './parse.ts';
import { checkQuorum } from './quorum.ts';
import type { Trust } from './types.ts';

const ORIGIN = 'log.example.com/one';
const NAMES = ['x1', 'x2', 'x3', 'y1', 'y2'] as const;
type Name = (typeof NAMES)[number];

let log: NoteSigner;
const cosigners = new Map<Name, Cosigner>();
let lines: string[];

beforeAll(async () => {
  log = await newLog(ORIGIN);
  lines = [`log ${log.vkey}`];
  for (const name of NAMES) {
    const key = await generateCosignerKey(`${name}.example.org`);
    const cosigner = await importCosigner(key.skey);
    if (!cosigner.ok) throw new Error(cosigner.error.message);
    cosigners.set(name, cosigner.value);
    lines.push(`witness ${name} ${key.vkey}`);
  }
});

async function newLog(origin: string): Promise<NoteSigner> {
  const signer = await importNoteSigner((await generateNoteKey(origin)).skey);
  if (!signer.ok) throw new Error(signer.error.message);
  return signer.value;
}

async function policy(...more: readonly string[]): Promise<Trust> {
  const trust = await parseTrust(`${[...lines, ...more].join('\n')}\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  return trust.value;
}

const NESTED = ['group x 2 x1 x2 x3', 'group y any y1 y2', 'group both all x y', 'quorum both'];

async function note(by: readonly Name[], signer = log): Promise<string> {
  const signed = await signCheckpoint({ origin: signer.name, size: 7, root: new Uint8Array(32) }, signer);
  const text = signed.slice(0, signed.lastIndexOf('\n\n') + 1);
  const added = await Promise.all(
    by.map(async (name) => cosign(text, 100 + NAMES.indexOf(name), cosigners.get(name) as Cosigner)),
  );
  return signed + added.join('');
}

test('accepts the note that an independent implementation had cosigned', async () => {
  const trust = await parseTrust(cosignatureVectors.policy);
  if (!trust.ok) throw new Error(trust.error.message);
  const report = await checkQuorum(cosignatureVectors.note, trust.value);
  expect(report).toMatchObject({
    ok: true,
    problem: null,
    isQuorumMet: true,
    checkpoint: { size: 1_000_000 },
  });
  expect(report.cosigners.map(({ witness, time }) => [witness.name, time])).toEqual([
    ['w1', 1_790_000_101],
    ['w3', 1_790_000_103],
  ]);
  expect(await checkQuorum(cosignatureVectors.signed, trust.value)).toMatchObject({
    ok: false,
    problem: { code: 'quorum_unmet' },
    signedBy: [{ vkey: cosignatureVectors.vkey }],
  });
});

test('every set of witnesses meets the nested quorum exactly when the rule says so', async () => {
  const trust = await policy(...NESTED);
  for (let set = 0; set < 2 ** NAMES.length; set += 1) {
    const by = NAMES.filter((_, at) => (set >> at) % 2 === 1);
    const expected =
      by.filter((name) => name.startsWith('x')).length >= 2 && by.some((name) => name.startsWith('y'));
    const report = await checkQuorum(await note(by), trust);
    expect(report.ok, by.join(' ')).toBe(expected);
    expect(report.isQuorumMet).toBe(expected);
    expect(report.cosigners.map(({ witness }) => witness.name)).toEqual(by);
  }
});

test('one witness that signs many times counts once', async () => {
  const trust = await policy(...NESTED);
  const twice = await note(['x1', 'x1', 'x1', 'y1']);
  expect(await checkQuorum(twice, trust)).toMatchObject({ ok: false, problem: { code: 'quorum_unmet' } });
});

test('a single witness can be the quorum, and nobody can', async () => {
  const one = await policy('quorum x2');
  expect(await checkQuorum(await note(['x2']), one)).toMatchObject({ ok: true });
  expect(await checkQuorum(await note(['x1', 'x3', 'y1']), one)).toMatchObject({ ok: false });
  expect(await checkQuorum(await note([]), await policy('quorum none'))).toMatchObject({ ok: true });
});

test('no number of witnesses makes up for the log itself not having signed', async () => {
  const trust = await policy(...NESTED);
  const others = await newLog(ORIGIN);
  expect(await checkQuorum(await note([...NAMES], others), trust)).toMatchObject({
    ok: false,
    isQuorumMet: true,
    problem: { code: 'signature_missing' },
    signedBy: [],
  });
});

test('a log that the policy lists does not speak for another origin', async () => {
  const trust = await policy('quorum none');
  const other = await newLog('log.example.com/two');
  const report = await checkQuorum(await note([], other), trust);
  expect(report).toMatchObject({ ok: false, problem: { code: 'signature_missing' } });
  expect(report.problem?.message).toContain('lists no log `log.example.com/two`');
});

test('a policy without logs asks for cosignatures only', async () => {
  const [, ...witnesses] = lines;
  const trust = await parseTrust(`${[...witnesses, ...NESTED].join('\n')}\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  expect(await checkQuorum(await note(['x1', 'x2', 'y1']), trust.value)).toMatchObject({
    ok: true,
    signedBy: [],
  });
});

test('a bad cosignature of a listed witness makes the note worthless, beside any number of good ones', async () => {
  const trust = await policy(...NESTED);
  const other = await note(['x3'], await newLog('log.example.com/two'));
  const spoilt = (await note(['x1', 'x2', 'y1'])) + other.slice(other.lastIndexOf('—'));
  expect(await checkQuorum(spoilt, trust)).toMatchObject({
    ok: false,
    problem: { code: 'signature_invalid' },
  });
});

test.each(['', 'nonsense', 'a\nb\nc\n\n— x AAAAAAA=\n', '\n'.repeat(1000)])(
  'a hostile note is not accepted',
  async (text) => {
    expect(await checkQuorum(text, await policy('quorum none'))).toMatchObject({
      ok: false,
      checkpoint: null,
    });
  },
);

test('groups that name each other, or themselves, in a policy that was never parsed end in a refusal', async () => {
  const trust = await policy('quorum none');
  const group = (name: string, members: readonly string[], threshold = 1) => ({ name, members, threshold });
  const circular = [
    [group('g', ['g'])],
    [group('g', ['h']), group('h', ['g'])],
    [group('g', ['x1', 'x1'], 2)],
    [group('g', ['x1'], 2)],
    Array.from({ length: 10_000 }, (_, at) => group(at === 9999 ? 'g' : `g${at}`, [`g${at + 1}`])),
  ];
  for (const groups of circular) {
    const report = await checkQuorum(await note(['x1']), { ...trust, groups, quorum: 'g' });
    expect(report).toMatchObject({ ok: false, problem: { code: 'quorum_unmet' } });
  }
});

test('a group named like one of its witnesses is the group, whoever cosigned', async () => {
  const trust = await policy('quorum none');
  const groups = [{ name: 'x1', members: ['x1', 'x2'], threshold: 2 }];
  const one = await checkQuorum(await note(['x1']), { ...trust, groups, quorum: 'x1' });
  const both = await checkQuorum(await note(['x1', 'x2']), { ...trust, groups, quorum: 'x1' });
  expect([one.ok, both.ok]).toEqual([false, true]);
});
