import { beforeAll, describe, expect, test } from 'vitest';
import { signCheckpoint } from '../checkpoint.ts';
import type { EntryDraft } from '../entry/types.ts';
import { digestOfKey } from '../keys/age.ts';
import type { KeyManifest } from '../keys/manifest.ts';
import { withRevokedKey, withRotatedKey } from '../keys/succession.ts';
import type { NoteSigner } from '../note-key.ts';
import type { Digest } from '../sha256.ts';
import { newSigner } from '../testing/bundle-builder.ts';
import { type LogBuilder, openLog, ORIGIN } from '../testing/log-builder.ts';
import { parseTrust } from '../trust/parse.ts';
import type { Trust } from '../trust/types.ts';
import { verifyLog } from './log.ts';
import type { LogReport, VerifyOptions } from './types.ts';

const OUTDATED = 'could be older than the newest one';
const SOMETHING: EntryDraft = {
  kind: 'log.gap',
  call: null,
  agent: null,
  chain: null,
  body: { reason: 'restored', from: 0, to: 1 },
  details: {},
};

let [first, second, receipts]: NoteSigner[] = [];
let log: LogBuilder;
/** The manifests of its three serials: at first, rotated, and revoked. */
let manifests: KeyManifest[];
let rotatedAt: number;
let revokedAt: number;

const digest = ({ vkey }: NoteSigner): Digest => digestOfKey(vkey) as Digest;
const nobody = { call: null, agent: null, chain: null } as const;

beforeAll(async () => {
  [first, second, receipts] = [await newSigner(), await newSigner(), await newSigner(`${ORIGIN}/receipts`)];
  log = openLog();
  for (let i = 0; i < 3; i += 1) log.add(SOMETHING);
  rotatedAt = log.add({
    kind: 'key.rotated',
    ...nobody,
    body: { role: 'checkpoint', key: digest(second), previous: digest(first), from: 6 },
    details: {},
  });
  log.add(SOMETHING);
  revokedAt = log.add({
    kind: 'key.revoked',
    ...nobody,
    body: { role: 'checkpoint', key: digest(first), after: 3 },
    details: {},
  });
  log.add(SOMETHING);
  const at = { from: 0, to: null, revoked: false };
  const one: KeyManifest = {
    origin: ORIGIN,
    serial: 1,
    keys: [
      { role: 'checkpoint', vkey: first.vkey, ...at },
      { role: 'receipt', vkey: receipts.vkey, ...at },
    ],
  };
  const two = withRotatedKey(one, { role: 'checkpoint', vkey: second.vkey, at: 6 });
  manifests = [one, two, withRevokedKey(two, { vkey: first.vkey, after: 3 }) as KeyManifest];
});

async function signedAt(size: number, by: NoteSigner | undefined): Promise<string> {
  if (by === undefined) throw new Error('no signer');
  return signCheckpoint({ origin: ORIGIN, size, root: log.root(size) }, by);
}

/** By a manifest of this serial, which a root key of the auditor signed. */
async function verified(serial: number | null, options: Partial<VerifyOptions> = {}): Promise<LogReport> {
  return verifyLog(log.entries, {
    origin: ORIGIN,
    checkpoints: [await signedAt(3, first), await signedAt(8, second)],
    vkeys: [first?.vkey ?? ''],
    keysFrom: 'outside',
    keyManifest: serial === null ? undefined : manifests[serial - 1],
    ...options,
  });
}

async function pinned(serial: number): Promise<Trust> {
  const trust = await parseTrust(`log ${first?.vkey}\nquorum none\nmanifest ${ORIGIN} ${serial}\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  return trust.value;
}

describe('an older key manifest, put back', () => {
  test('is refused where an entry tells of a rotation or a revocation that it does not know', async () => {
    expect((await verified(3)).verdict).toBe('consistent');
    const hidden = await verified(2);
    expect(hidden.levels.checkpoints.first).toMatchObject({ code: 'keys_outdated', index: revokedAt });
    expect((await verified(1)).levels.checkpoints).toMatchObject({ state: 'failed' });
    const early = await verified(1, { checkpoints: [] });
    expect(early.levels.checkpoints).toMatchObject({
      failures: 2,
      first: { code: 'keys_outdated', index: rotatedAt },
    });
  });

  test('one that revokes the key only for later entries than the log tells is refused as well', async () => {
    const [, rotated] = manifests;
    const keyManifest =
      rotated === undefined ? null : withRevokedKey(rotated, { vkey: first?.vkey ?? '', after: 4 });
    const report = await verified(3, { keyManifest: keyManifest ?? undefined });
    expect(report.levels.checkpoints.first).toMatchObject({ code: 'keys_outdated', index: revokedAt });
  });

  test('may be older all the same, which the report says until the trust policy pins a serial', async () => {
    expect((await verified(3)).notProven.join('\n')).toContain(OUTDATED);
    const report = await verified(3, { trust: await pinned(3) });
    expect(report.verdict).toBe('consistent');
    expect(report.notProven.join('\n')).not.toContain(OUTDATED);
  });

  test('is refused below the serial of the trust policy, also where there is none', async () => {
    for (const serial of [3, null]) {
      const checkpoints = [await signedAt(3, first)];
      const report = await verified(serial, { checkpoints, trust: await pinned(4) });
      expect(report.levels.checkpoints.first).toMatchObject({ code: 'keys_outdated', index: null });
      expect(report.levels.checkpoints.first?.message).toContain('below 4');
    }
  });
});

describe('without a key manifest', () => {
  test('a given key that the log revokes is named', async () => {
    const report = await verified(null, { checkpoints: [await signedAt(3, first)] });
    expect(report.notProven.join('\n')).toContain(`entry ${revokedAt} revokes a key that you gave`);
  });

  test('that the log tells of other keys is said', async () => {
    const report = await verified(null, { checkpoints: [], vkeys: [second?.vkey ?? ''] });
    expect(report.notProven.join('\n')).toContain(`entry ${rotatedAt} tells of another key`);
  });
});

test('that only a revoked key signed over the newest entries is said in a sentence', async () => {
  const report = await verified(3, { checkpoints: [await signedAt(3, first), await signedAt(8, first)] });
  expect(report.verdict).toBe('consistent');
  expect(report.covered.byStore).toBe(3);
  expect(report.notProven.join('\n')).toMatch(
    /revoked: over the entries from 3 to 7 there are only checkpoints/,
  );
  const good = await verified(3);
  expect(good.notProven.join('\n')).not.toContain('revoked: ');
});

test('a receipt key is looked for in the same way', async () => {
  const next = await newSigner(`${ORIGIN}/receipts`);
  const other = openLog();
  const at = other.add({
    kind: 'key.rotated',
    ...nobody,
    body: { role: 'receipt', key: digest(next), previous: digest(receipts as NoteSigner), from: 0 },
    details: {},
  });
  const options = { origin: ORIGIN, vkeys: [first?.vkey ?? ''], keysFrom: 'outside' } as const;
  const [one] = manifests;
  const hidden = await verifyLog(other.entries, { ...options, keyManifest: one });
  expect(hidden.firstFailure).toMatchObject({ code: 'keys_outdated', index: at });
  const two = withRotatedKey(one as KeyManifest, { role: 'receipt', vkey: next.vkey, at: 3 });
  expect((await verifyLog(other.entries, { ...options, keyManifest: two })).verdict).toBe('consistent');
});
