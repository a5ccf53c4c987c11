// Receipts of keys that were revoked, and key manifests that were put back, by the commands that an auditor types.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash, newId, signReceipt } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyFiles } from '../../checkpoints/key-files.ts';
import { dataPaths } from '../../store/paths.ts';
import { createTestFolder, type TestFolder } from '../../store/sqlite/testing/folder.ts';
import type { Store } from '../../store/store.ts';
import { type Ran, runCommand } from '../testing/command-line.ts';
import { startLog } from '../testing/started-log.ts';

const ORIGIN = 'test.example/log';
let folder: TestFolder;
/** Where the auditor keeps things: not with the log. */
let desk: TestFolder;
const stores: Store[] = [];
let root: string;
/** Number of entries before the revocation. */
let size: number;
let receipts: { readonly kept: string; readonly early: string; readonly late: string };

const cli = (...line: string[]): Promise<Ran> =>
  runCommand(line, { env: { COUNTERSIGN_DATA: folder.dataDir }, cwd: desk.dataDir });
const file = (name: string, text: string): string => {
  const path = join(desk.dataDir, name);
  writeFileSync(path, text);
  return path;
};
const start = (): Promise<Store> =>
  startLog(folder, { origin: ORIGIN, now: Date.now, onOpen: (store) => void stores.push(store) });

beforeEach(async () => {
  folder = await createTestFolder();
  desk = await createTestFolder();
  const store = await start();
  ({ size } = await store.signNow());
  const files = await keyFiles(folder.dataDir, 'receipt', ORIGIN);
  const [stolen] = files.ok ? files.value : [];
  if (stolen === undefined) throw new Error('the log has no receipt key');
  const header = (await store.readers.log.entry(0))?.header ?? new Uint8Array();
  const receiptOf = (index: number, leaf: Uint8Array): Promise<string> => {
    const call = newId('call');
    const receipt = {
      origin: ORIGIN,
      index,
      leaf,
      time: 1,
      call,
      kind: 'decided',
      promiseSeconds: 5,
    } as const;
    return signReceipt(receipt, stolen.signer);
  };
  receipts = {
    kept: file('kept', await receiptOf(0, leafHash(header))),
    early: file('early', await receiptOf(0, new Uint8Array(32))),
    late: file('late', await receiptOf(size, new Uint8Array(32))),
  };
  await store.close();
  root = (await cli('keys', 'manifest', '--root-key')).out;
  await revoke(stolen.signer.vkey);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  folder.remove();
  desk.remove();
});

async function revoke(vkey: string): Promise<void> {
  const { code, err } = await cli('keys', 'revoke', vkey, '--after', `${size}`, '--reason', 'stolen');
  if (code !== 0) throw new Error(err);
  await (await start()).close();
}

/** Puts the key manifest of before the revocation back, as somebody does who wants it forgotten. */
function putBack(): void {
  const db = new Database(dataPaths(folder.dataDir).database);
  const triggers = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'key_manifests'",
    )
    .pluck()
    .all();
  for (const name of triggers) db.exec(`DROP TRIGGER "${name}"`);
  db.exec('DELETE FROM key_manifests WHERE serial > 1');
  db.close();
}

const check = async (receipt: string, ...more: string[]) => {
  const ran = await cli('verify', 'receipt', receipt, '--log', folder.dataDir, '--json', ...more);
  const report = ran.out === '' ? null : (JSON.parse(ran.out) as { verdict: string; isProof: boolean });
  return { ...ran, report };
};

describe('a receipt by a key that was revoked', () => {
  test('is no proof from the revocation on, and says so', async () => {
    const found = await check(receipts.late, '--key', root);
    expect(found).toMatchObject({ code: 2, report: { verdict: 'revoked_key', isProof: false } });
    const { out } = await cli('verify', 'receipt', receipts.late, '--log', folder.dataDir, '--key', root);
    expect(out).toContain('SIGNED BY A REVOKED KEY');
  });

  test('from before it is a receipt, but accuses the log of nothing by itself: the thief may have made it', async () => {
    expect(await check(receipts.kept, '--key', root)).toMatchObject({ code: 0, report: { verdict: 'kept' } });
    const found = await check(receipts.early, '--key', root);
    expect(found).toMatchObject({ code: 1, report: { verdict: 'contradicted', isProof: false } });
    expect(found.out).toContain('revoked since');
  });

  test('is known by a manifest that the auditor has from elsewhere, too', async () => {
    const manifest = file('manifest', (await cli('keys', 'manifest')).out);
    putBack();
    expect(await check(receipts.late, '--key', root)).toMatchObject({ report: { verdict: 'contradicted' } });
    expect(await check(receipts.late, '--key', root, '--manifest', manifest)).toMatchObject({
      report: { verdict: 'revoked_key' },
    });
    const without = await cli('verify', 'receipt', receipts.late, '--manifest', manifest, '--key', root);
    expect(without.code).toBe(2);
    expect(without.out).toContain('SIGNED BY A REVOKED KEY');
  });

  test('is seen by the manifest beside the log where no key came from elsewhere', async () => {
    expect(await check(receipts.late)).toMatchObject({ code: 2, report: { verdict: 'revoked_key' } });
  });

  test('without the root key the manifest has no say, which is said', async () => {
    const { keys } = JSON.parse((await cli('keys', 'list', '--json')).out) as {
      keys: { role: string; vkey: string; revoked: boolean }[];
    };
    const vkeys = keys.flatMap(({ vkey, role, revoked }) =>
      role === 'checkpoint' || revoked ? ['--key', vkey] : [],
    );
    const { out } = await cli('verify', 'receipt', receipts.late, '--log', folder.dataDir, ...vkeys);
    expect(out).toContain(`was not gone by, since its root key was not given: name \`${ORIGIN}/keys\``);
    const manifest = file('manifest', (await cli('keys', 'manifest')).out);
    const refused = await check(receipts.late, ...vkeys, '--manifest', manifest);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('only with the root key')]);
  });
});

describe('a key manifest that was put back', () => {
  const trusting = (...lines: string[]): string[] => [
    '--trust',
    file('trust', `log ${root}\nquorum none\n${lines.map((line) => `${line}\n`).join('')}`),
  ];

  test('is found by `verify`, by what the log’s own entries tell', async () => {
    expect((await cli('verify', ...trusting())).code).toBe(0);
    putBack();
    const { code, out } = await cli('verify', ...trusting(), '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { levels: { checkpoints: { state: 'failed', first: { code: 'keys_outdated' } } } },
    ]);
  });

  test('is refused below the serial of the trust policy, by `verify receipt` as well', async () => {
    const pinned = `manifest ${ORIGIN} 2`;
    expect((await cli('verify', ...trusting(pinned))).code).toBe(0);
    expect((await check(receipts.kept, ...trusting(pinned))).code).toBe(0);
    putBack();
    const refused = await check(receipts.kept, ...trusting(pinned));
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('below 2')]);
  });

  test('may have been, which both say until a serial is pinned', async () => {
    const doubt = 'could be older than the newest one';
    const [log, receipt] = [
      await cli('verify', ...trusting()),
      await cli('verify', 'receipt', receipts.kept, '--log', folder.dataDir, ...trusting()),
    ];
    expect(log.out.slice(log.out.indexOf('not proven'))).toContain(doubt);
    expect(receipt.out).toContain(doubt);
    const pinned = trusting(`manifest ${ORIGIN} 2`);
    expect((await cli('verify', ...pinned)).out).not.toContain(doubt);
    expect(
      (await cli('verify', 'receipt', receipts.kept, '--log', folder.dataDir, ...pinned)).out,
    ).not.toContain(doubt);
  });

  test('does not count beside a newer one that the auditor has', async () => {
    const manifest = file('manifest', (await cli('keys', 'manifest')).out);
    putBack();
    expect((await cli('verify', ...trusting(), '--manifest', manifest)).code).toBe(0);
    const wrong = file('wrong', 'nothing\n');
    expect((await cli('verify', ...trusting(), '--manifest', wrong)).code).toBe(1);
    expect((await cli('verify', '--manifest', manifest)).code).toBe(2);
  });
});
