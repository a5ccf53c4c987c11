// What of all that can be done to a proof bundle is found, by what an auditor holds. The table is the oracle.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { verifyBundle } from '../bundle/verify.ts';
import { signKeyManifest } from '../keys/manifest.ts';
import { bundleLines } from '../testing/bundle-builder.ts';
import { callLog, ORIGIN } from '../testing/log-builder.ts';
import { parseTrust } from '../trust/parse.ts';
import { BUNDLE_DEEDS } from './tamper/bundle-deeds.ts';
import { bundleRowProblem, honestBundleProblem } from './tamper/bundle-matrix.ts';
import { fileOf } from './tamper/bundle-scene.ts';
import { BUNDLE_ROWS, BUNDLE_TABLE } from './tamper/bundle-table.ts';
import { log, root, valueOf } from './tamper/world.ts';

const RUNS = 20;

test.each(BUNDLE_ROWS.map((row) => [row.deed, row] as const))('%s', async (_, row) => {
  const problem = await bundleRowProblem(row, RUNS);
  expect(problem, problem ?? '').toBeNull();
});

test('a bundle that nothing was done to is consistent, whatever the auditor holds', async () => {
  expect(await honestBundleProblem(2 * RUNS)).toBeNull();
});

test('a trust policy that lists no log makes no key of the bundle’s one that the auditor gave', async () => {
  const keys = [{ role: 'checkpoint', vkey: log.vkey, from: 0, to: null, revoked: false }] as const;
  const manifest = await signKeyManifest({ origin: ORIGIN, serial: 1, keys }, root);
  const [head, ...rest] = await bundleLines({ log: callLog(1), signer: log });
  if (head === undefined) throw new TypeError('the bundle is empty');
  const trust = valueOf(await parseTrust('quorum none\n'));
  const file = fileOf([head, { type: 'keys', note: manifest }, ...rest]);
  const { summary, notProven } = await verifyBundle([utf8(file)], { trust });
  expect(summary).toContain('signed by a key that came with the bundle');
  expect(notProven[0]).toBe(
    'the checkpoint key did not come from you, so the signature proves nothing against whoever made the bundle',
  );
});

test('the table has a row for everything that is done, and docs/threat-model.md has the table', () => {
  expect(BUNDLE_ROWS.map(({ deed }) => deed).toSorted()).toEqual(Object.keys(BUNDLE_DEEDS).toSorted());
  const document = readFileSync(new URL('../../../../docs/threat-model.md', import.meta.url), 'utf8');
  expect(document.includes(BUNDLE_TABLE)).toBe(true);
});
