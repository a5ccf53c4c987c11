// The tables of what tampering is found are run on verifiers with a mistake put in on purpose: a table that any of them satisfies
// would show nothing. Each mistake is one that a careless change could make.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { breakBuild } from './broken-build.ts';
import { isFull } from './how-much.ts';

/** Few logs do: a mistake shows at once, or the row that it breaks is missing. The draws are the same each time. */
const RUNS = 6;
const SEED = 4;
/** Of each row, by drawing anew each time. */
const FULL_RUNS = 100;
const MAIN = 'packages/audit/src/verify/tamper/main.ts';
const RIGHT = fileURLToPath(import.meta.resolve('../../packages/audit/src/verify/tamper/main.ts'));

type Change = readonly [file: string, right: string, wrong: string];

const OF_LOGS: Readonly<Record<string, readonly Change[]>> = {
  'believes the stored leaf hash': [
    ['verify/links.ts', 'const bytes = leafHash(stored.header);', 'const bytes = stored.leaf;'],
  ],
  'does not compare the stored leaf hash': [
    [
      'verify/links.ts',
      'if (!equalBytes(bytes, stored.leaf)) {',
      'if (bytes.length !== stored.leaf.length) {',
    ],
  ],
  'does not follow the hash chain': [
    [
      'verify/links.ts',
      'previous !== null && !isHexOf(entry.prev, previous.leaf)',
      'previous !== null && index < 0',
    ],
  ],
  'does not look for gaps': [
    ['verify/structure.ts', 'if (index > expected) {', 'if (index > expected + 1e9) {'],
  ],
  'takes entries wherever they stand': [
    ['verify/structure.ts', 'if (entry.index !== stored.index) {', 'if (entry.index < 0) {'],
  ],
  'does not check commitments': [
    ['verify/details.ts', 'commitmentDigest(name, salt, value) !== committed', 'value.length < 0'],
  ],
  'does not miss a detail': [
    ['verify/details.ts', 'else if (gone.length > 0)', 'else if (gone.length > 1e9)'],
  ],
  'accepts any signature': [
    ['note.ts', 'if (!(await verifier.verify(utf8(text), signature))) {', 'if (signature.length === 0) {'],
  ],
  'takes any key of that name for the key': [
    ['note.ts', 'if (verifier === undefined) continue;', ''],
    [
      'note.ts',
      'const verifier = verifiers.find((known) => known.name === name && equalBytes(known.keyHash, keyHash));',
      'const verifier = verifiers.find((known) => known.name === name);\n    if (verifier === undefined) continue;\n    signedBy.push(verifier);\n    continue;',
    ],
  ],
  'does not compare the roots of checkpoints': [
    [
      'verify/checkpoints.ts',
      'if (equalBytes(next.root, rangeRoot(range))) {',
      'if (next.root.length > 0) {',
    ],
  ],
  'ignores what is held elsewhere': [['verify/log.ts', 'ascending(external),', 'ascending([]),']],
  'does not miss a tail': [['verify/log.ts', 'await held.finish(range.size);', '']],
  'lets a key speak at every size': [
    ['keys/speaking.ts', 'verifiers.filter(({ vkey }) => speaking.has(vkey)),', 'verifiers,'],
  ],
  'counts witnesses by name alone': [
    [
      'cosignature/cosignature.ts',
      'known.name === name && equalBytes(known.keyHash, keyHash)',
      'known.name === name',
    ],
    ['cosignature/key.ts', '(await verify(cosignedMessage(text, time), signature)) ? time : null', 'time'],
  ],
  'is content with any number of witnesses': [['trust/quorum.ts', 'count >= group.threshold', 'count >= 0']],
  'counts a checkpoint that misses the quorum': [
    ['verify/witnesses.ts', 'if (quorum !== null && report.isQuorumMet)', 'if (quorum !== null)'],
  ],
  'compares a receipt by its index only': [
    ['receipt/check.ts', '!equalBytes(entry.leaf, receipt.leaf)', 'entry.index !== receipt.index'],
  ],
  'takes a promise for kept that is not': [
    ['receipt/check.ts', 'if (checkpointAt !== undefined && checkpointAt > due) {', 'if (due < 0) {'],
  ],
  'does not say that a tail may be cut off': [
    [
      'verify/claims.ts',
      "sentences.push('a cut-off tail cannot be known without a checkpoint held elsewhere');",
      '',
    ],
  ],
  'does not say that nobody witnessed': [
    ['verify/claims.ts', 'if (covered >= size && covered > 0) return [];', 'if (size > 0) return [];'],
  ],
  'does not say what is unsigned': [
    [
      'verify/claims.ts',
      'covered.byStore < size && covered.byStore > covered.elsewhere',
      'covered.byStore < 0',
    ],
  ],
  'does not say what it set aside': [
    ['verify/claims.ts', 'if (facts.setAside > 0) {', 'if (facts.setAside < 0) {'],
  ],
};

const OF_BUNDLES: Readonly<Record<string, readonly Change[]>> = {
  'does not check inclusion proofs': [
    [
      'bundle/inclusion.ts',
      'if (verifyInclusion({ index, leaf, size, root }, proof.map(bytesOf))) return;',
      'if (leaf.length > 0 && size > 0 && root.length > 0 && verifyInclusion.length > 0) return;',
    ],
  ],
  'does not compare the root of a range': [
    [
      'bundle/inclusion.ts',
      'whole !== null && equalBytes(rangeRoot(whole), checkpoint.root)',
      'range.to > 0',
    ],
  ],
  'does not look for gaps in a range': [
    ['bundle/inclusion.ts', 'if (range.next < range.to) {', 'if (range.next < 0) {'],
    [
      'bundle/inclusion.ts',
      'if (whole !== null && equalBytes(rangeRoot(whole), checkpoint.root)) return;',
      'if (whole !== null) return;',
    ],
  ],
  'does not check commitments': [
    [
      'bundle/detail-step.ts',
      'detail !== null && commitmentDigest(detail.name, detail.salt, detail.value) === committed',
      'detail !== null',
    ],
  ],
  'believes that anything was erased': [
    [
      'bundle/detail-step.ts',
      'for (const [index, names] of unexplained.left()) {',
      'for (const [index, names] of unexplained.left().slice(1e9)) {',
    ],
  ],
  'takes any policy set': [
    [
      'bundle/policy-sets.ts',
      "commitmentDigest('sources', salt, value) === entry.commits.sources",
      'value.length >= 0',
    ],
  ],
  'does not check consistency': [
    [
      'bundle/heads.ts',
      'verifyConsistency({ older: other, newer: own }, proof ?? [])',
      'verifyConsistency.length > 0',
    ],
  ],
  'believes the leaf hash beside a header': [
    ['bundle/placement.ts', 'if (digest !== line.leaf) {', 'if (index < 0) {'],
  ],
  'does not miss what was cut off': [['bundle/read.ts', 'if (!isEnded) {', 'if (number < 0) {']],
};

interface Run {
  readonly code: number | null;
  readonly output: string;
}

async function run(main: string, ...args: readonly (string | number)[]): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (output += text));
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

describe.each([
  ['logs', OF_LOGS],
  ['bundles', OF_BUNDLES],
] as const)('the table of %s', (table, mistakes) => {
  test('is satisfied by the verifier', async () => {
    const draws = isFull ? [FULL_RUNS] : [RUNS, SEED];
    expect(await run(RIGHT, table, ...draws)).toEqual({ code: 0, output: '' });
  });

  test.concurrent.for(Object.entries(mistakes))(
    'is not satisfied by a verifier that %s',
    async ([, changes], { expect }) => {
      const build = breakBuild(
        changes.map(([file, right, wrong]) => ({ file: `packages/audit/src/${file}`, right, wrong })),
        'packages/audit',
      );
      try {
        const { code, output } = await run(build.path(MAIN), table, RUNS, SEED);
        expect(output).toContain('the table says');
        expect(code, output).toBe(1);
      } finally {
        build.remove();
      }
    },
  );
});
