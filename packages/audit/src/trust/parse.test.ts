import { beforeAll, expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { generateCosignerKey } from '../cosignature/key.ts';
import { generateNoteKey } from '../note-key.ts';
import { cosignatureVectors } from '../testing/vectors.ts';
import { parseTrust } from './parse.ts';

let log: string;
let first: string;
let second: string;

beforeAll(async () => {
  log = (await generateNoteKey('log.example.com/one')).vkey;
  first = (await generateCosignerKey('w1.example.org')).vkey;
  second = (await generateCosignerKey('w2.example.org')).vkey;
});

const valid = () => [
  `log ${log}`,
  `witness a ${first}`,
  `witness b ${second}`,
  'group both all a b',
  'quorum both',
];

test('reads the policy that an independent implementation wrote', async () => {
  const trust = await parseTrust(cosignatureVectors.policy);
  if (!trust.ok) throw new Error(trust.error.message);
  expect(trust.value.logs).toMatchObject([{ url: 'https://log.example.com/' }]);
  expect(trust.value.witnesses.map(({ name, url }) => ({ name, url }))).toEqual([
    { name: 'w1', url: null },
    { name: 'w2', url: null },
    { name: 'w3', url: null },
  ]);
  expect(trust.value.groups).toEqual([{ name: 'two', threshold: 2, members: ['w1', 'w2', 'w3'] }]);
  expect(trust.value.quorum).toBe('two');
});

test('passes over comments, empty lines and white space around words', async () => {
  const text = `# ünïcode\n\n \t # more\n\t log \t ${log}  \n quorum\tnone \n`;
  expect(await parseTrust(text)).toMatchObject({ ok: true, value: { quorum: null, witnesses: [] } });
  expect(await parseTrust(utf8(text))).toMatchObject({ ok: true });
});

test('reads the least serial of a log’s key manifest that is taken', async () => {
  const parsed = await parseTrust(`${valid().join('\n')}\nmanifest log.example.com/one 12\n`);
  expect(parsed).toMatchObject({
    ok: true,
    value: { manifests: [{ origin: 'log.example.com/one', serial: 12 }] },
  });
});

test('any, all and a number say how many members a group needs', async () => {
  for (const [count, threshold] of [
    ['any', 1],
    ['all', 2],
    ['1', 1],
    ['2', 2],
  ] as const) {
    const text = valid().join('\n').replace('both all', `both ${count}`);
    expect(await parseTrust(`${text}\n`)).toMatchObject({ ok: true, value: { groups: [{ threshold }] } });
  }
});

test.each<[string, (lines: string[]) => string[], string]>([
  ['an unknown word', (lines) => ['logs x', ...lines], 'line 1: `logs` is none of'],
  ['a log without a key', (lines) => [...lines, 'log'], 'line 6: write `log'],
  ['a word too many', (lines) => [...lines, `log ${log} url more`], 'line 6: write `log'],
  ['a key that is none', (lines) => [...lines, 'log x+00000000+AAAA'], 'line 6: the verifier key is not'],
  ['one log twice', (lines) => [...lines, `log ${log}`], 'line 6: this key stands on an earlier line'],
  ['one witness twice', (lines) => [...lines, `witness c ${first}`], 'line 6: this key stands on'],
  ['a witness as a log', (lines) => [`log ${first}`, ...lines], 'line 1: this is the key of a witness'],
  ['a log as a witness', (lines) => [...lines, `witness c ${log}`], 'line 6: this is the key of a log'],
  ['a witness without a key', (lines) => [...lines, 'witness c'], 'line 6: write `witness'],
  ['a witness called none', (lines) => [`witness none ${first}`, ...lines], 'line 1: `none` is no name'],
  ['one name twice', (lines) => [...lines, 'group a any b'], 'line 6: `a` is defined on an earlier line'],
  ['a group before its members', (lines) => ['group g any a', ...lines], 'line 1: `a` is not defined'],
  ['a group that is its own member', (lines) => [...lines, 'group g any g'], 'line 6: `g` is not defined'],
  ['none as a member', (lines) => [...lines, 'group g any none'], 'line 6: `none` is not defined'],
  [
    'a member twice',
    (lines) => lines.map((line) => line.replace('all a b', 'all a a')),
    'line 4: `a` is a member',
  ],
  ['a member of two groups', (lines) => [...lines, 'group g any a'], 'line 6: `a` is a member of a group'],
  ['an empty group', (lines) => [...lines, 'group g any'], 'line 6: write `group'],
  ['a quorum of nobody', (lines) => [...lines.slice(0, -1), 'quorum g'], 'line 5: `g` is not defined'],
  ['two quorums', (lines) => [...lines, 'quorum none'], 'line 6: there is a line `quorum`'],
  ['a quorum of two words', (lines) => [...lines.slice(0, -1), 'quorum a b'], 'line 5: write `quorum'],
  ['no quorum', (lines) => lines.slice(0, -1), 'has no line `quorum`'],
  ['a carriage return', (lines) => lines.map((line) => `${line}\r`), 'line 1: has a control character'],
  ['a NUL', (lines) => [...lines, '# \u0000'], 'line 6: has a control character'],
  ['a DEL', (lines) => [...lines, '# \u007f'], 'line 6: has a control character'],
  [
    'a manifest without a serial',
    (lines) => [...lines, 'manifest log.example.com/one'],
    'line 6: write `man',
  ],
  ['a manifest below 1', (lines) => [...lines, 'manifest a.example/b 0'], 'line 6: `0` is no serial'],
  ['a manifest of no log', (lines) => [...lines, 'manifest a+b 1'], 'line 6: `a+b` is no origin'],
  [
    'two manifests of one log',
    (lines) => [...lines, 'manifest a.example 1', 'manifest a.example 2'],
    'line 7: there is a line `manifest a.example`',
  ],
  ...['log', 'witness', 'group', 'quorum', 'manifest', 'any', 'all', '2'].map(
    (name): [string, (lines: string[]) => string[], string] => [
      `a group called ${name}`,
      (lines) => [...lines, `group ${name} any both`],
      `line 6: \`${name}\` is a word of the format, or a number`,
    ],
  ),
  [
    'a witness called quorum',
    (lines) => lines.map((line) => line.replace('witness a', 'witness quorum')),
    'line 2: `quorum` is a word of the format',
  ],
  [
    'groups that are members of each other',
    (lines) => [...lines, 'group g any h', 'group h any g'],
    'line 6: `h` is not defined on an earlier line',
  ],
  [
    'a byte order mark',
    (lines) => [`\ufeff${lines[0]}`, ...lines.slice(1)],
    'line 1: `\ufefflog` is none of',
  ],
])('refuses %s and names the line', async (_case, spoil, message) => {
  const parsed = await parseTrust(`${spoil(valid()).join('\n')}\n`);
  expect(parsed).toMatchObject({ ok: false, error: { code: 'trust_malformed' } });
  expect(!parsed.ok && parsed.error.message).toContain(message);
});

test.each(['0', '3', '01', '-1', '1.0', 'most', '99999999999999999999'])(
  'refuses %s as a number of two members',
  async (count) => {
    const text = valid().join('\n').replace('both all', `both ${count}`);
    expect(await parseTrust(`${text}\n`)).toMatchObject({ ok: false, error: { code: 'trust_malformed' } });
  },
);

test('refuses a text that may be cut off, is no UTF-8, or is endless', async () => {
  const text = `${valid().join('\n')}\n`;
  expect(await parseTrust(text)).toMatchObject({ ok: true });
  for (const bad of [text.slice(0, -1), '', utf8(text).with(2, 0xff), `${text}#${'x'.repeat(70_000)}\n`]) {
    expect(await parseTrust(bad)).toMatchObject({ ok: false, error: { code: 'trust_malformed' } });
  }
});

test('refuses more than it promises to handle', async () => {
  const groups = Array.from(
    { length: 65 },
    (_, at) => `group g${at} any ${at === 0 ? 'both' : `g${at - 1}`}`,
  );
  const text = [...valid(), ...groups].join('\n');
  expect(await parseTrust(`${text}\n`)).toMatchObject({ ok: false, error: { code: 'trust_malformed' } });
});

test('ten thousand groups are refused at once, whether they are many lines or one long text', async () => {
  const groups = (size: number) => Array.from({ length: size }, (_, at) => `group g${at} any a`).join('\n');
  const few = await parseTrust(`witness a ${first}\n${groups(2000)}\nquorum a\n`);
  const many = await parseTrust(`witness a ${first}\n${groups(10_000)}\nquorum a\n`);
  expect([few.ok, many.ok]).toEqual([false, false]);
  expect(!many.ok && many.error.message).toContain('longer than 65536 characters');
});
