// Keys that come and go, by the commands that an operator types, on a log as a gateway leaves it.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkpointKeysAt,
  generateNoteKey,
  importNoteVerifier,
  type KeyManifest,
  openCheckpoint,
  openKeyManifest as openManifest,
  parseEntry,
  receiptKeyName,
} from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { keyFiles, openRootKey, rootKeyPath } from '../../checkpoints/key-files.ts';
import { dataPaths } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';
import { createTestFolder, type TestFolder } from '../../store/sqlite/testing/folder.ts';
import { type Ran, runCommand } from '../testing/command-line.ts';
import { startLog } from '../testing/started-log.ts';

const ORIGIN = 'test.example/log';
let folder: TestFolder;
const stores: Store[] = [];
let clock: number;

beforeEach(async () => {
  folder = await createTestFolder();
  clock = Date.now();
  await (await start()).close();
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  folder.remove();
});

const cli = (...line: string[]): Promise<Ran> =>
  runCommand(line, { env: { COUNTERSIGN_DATA: folder.dataDir }, cwd: folder.dataDir });

const start = (): Promise<Store> =>
  startLog(folder, { origin: ORIGIN, now: () => clock, onOpen: (store) => void stores.push(store) });

async function manifest(): Promise<KeyManifest> {
  const { out } = await cli('keys', 'manifest');
  const { out: root } = await cli('keys', 'manifest', '--root-key');
  const opened = await openManifest(`${out}\n`, root);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function signedBy(note: string): Promise<string[]> {
  const { keys } = await manifest();
  const verifiers = [];
  for (const { vkey, role } of keys) {
    const imported = await importNoteVerifier(vkey);
    if (imported.ok && role === 'checkpoint') verifiers.push(imported.value);
  }
  const opened = await openCheckpoint(note, verifiers);
  return opened.ok ? opened.value.signedBy.map(({ vkey }) => vkey) : [];
}

const kinds = async (store: Store): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const { header } of store.readers.log.entries()) {
    const entry = parseEntry(header);
    if (entry.ok) found.push({ kind: entry.value.kind, ...entry.value.body });
  }
  return found;
};

describe('countersign keys', () => {
  test('the first start signs a manifest with both keys from the beginning, by a root key of its own', async () => {
    const { keys, serial, origin } = await manifest();
    expect({ serial, origin }).toEqual({ serial: 1, origin: ORIGIN });
    expect(keys).toMatchObject([
      { role: 'checkpoint', from: 0, to: null },
      { role: 'receipt', from: 0, to: null },
    ]);
    const { out } = await cli('keys', 'list', '--json');
    expect(JSON.parse(out)).toMatchObject({ serial: 1, keys: [{ isHere: true }, { isHere: true }] });
    for (const name of readdirSync(join(folder.dataDir, 'keys')))
      expect(statSync(join(folder.dataDir, 'keys', name)).mode & 0o077).toBe(0);
  });

  test('a rotation is announced under the old key; both sign for a while, then the old secret is gone', async () => {
    const [before] = (await manifest()).keys;
    const { code, out, err } = await cli('keys', 'rotate');
    expect([code, err]).toEqual([0, expect.stringContaining('old one signs as well')]);
    const after = await manifest();
    const old = after.keys.find(({ vkey }) => vkey === before?.vkey);
    expect(after.serial).toBe(2);
    expect(old).toMatchObject({ from: 0, revoked: false });
    const at = old?.to ?? 0;
    expect(checkpointKeysAt(after, at)).toMatchObject([{ vkey: out }]);
    // What announces the new key is covered by a checkpoint of the old one.
    expect(await signedBy(readFileSync(dataPaths(folder.dataDir).checkpoint, 'utf8'))).toEqual([
      before?.vkey,
    ]);

    const store = await start();
    expect(await kinds(store)).toContainEqual(expect.objectContaining({ kind: 'key.rotated', from: at }));
    const both = await store.signNow();
    expect(both.size).toBe(at);
    expect(await signedBy(both.note)).toEqual([out, before?.vkey]);
    await store.close();
    expect((await cli('verify')).code).toBe(0);

    clock += 25 * 3_600_000;
    await (await start()).close();
    const here = await keyFiles(folder.dataDir, 'checkpoint', ORIGIN);
    expect(here.ok && here.value.map(({ signer }) => signer.vkey)).toEqual([out]);
    await (await start()).close();
    expect((await cli('verify')).code).toBe(0);
    expect(JSON.parse((await cli('keys', 'list', '--json')).out)).toMatchObject({
      keys: [{ vkey: before?.vkey, isHere: false }, { vkey: out, isHere: true }, { role: 'receipt' }],
    });
  });

  test('an auditor who has only the old key can follow while both sign', async () => {
    const [before] = (await manifest()).keys;
    await cli('keys', 'rotate');
    await (await start()).close();
    expect((await cli('verify', '--key', before?.vkey ?? '')).code).toBe(0);
  });

  test('an auditor who has only the root key can follow every rotation, and no other root key will do', async () => {
    const { out: root } = await cli('keys', 'manifest', '--root-key');
    await cli('keys', 'rotate', '--overlap-hours', '0');
    await (await start()).close();
    const verified = await cli('verify', '--key', root, '--json');
    expect([verified.code, JSON.parse(verified.out)]).toMatchObject([
      0,
      { verdict: 'consistent', levels: { checkpoints: { state: 'passed' } } },
    ]);
    const stranger = await generateNoteKey(`${ORIGIN}/keys`);
    expect((await cli('verify', '--key', stranger.vkey)).code).toBe(1);
  });

  test('a rotation can do without overlap, twice in a row', async () => {
    for (const serial of [2, 3]) {
      expect((await cli('keys', 'rotate', '--overlap-hours', '0')).code).toBe(0);
      expect((await manifest()).serial).toBe(serial);
      expect(
        readdirSync(join(folder.dataDir, 'keys')).filter((name) => name.startsWith('checkpoint')),
      ).toEqual(['checkpoint.skey']);
      await (await start()).close();
    }
    expect((await cli('verify')).code).toBe(0);
  });

  test('a revoked key is replaced in the same commit, and what it signs later proves nothing', async () => {
    const [before] = (await manifest()).keys;
    const after = String(
      (await start().then(async (store) => {
        const { size } = await store.signNow();
        await store.close();
        return size;
      })) - 1,
    );
    const hash = before?.vkey.split('+')[1] ?? '';
    const { code, out } = await cli('keys', 'revoke', hash, '--after', after, '--reason', 'laptop stolen');
    expect([code, out]).toEqual([0, expect.stringContaining('in its place')]);
    const { keys } = await manifest();
    expect(keys[0]).toMatchObject({ vkey: before?.vkey, to: Number(after) + 1, revoked: true });
    const store = await start();
    expect(await kinds(store)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'key.rotated' }),
        expect.objectContaining({ kind: 'key.revoked', after: Number(after) }),
      ]),
    );
    await store.close();
    const verified = await cli('verify', '--json');
    expect([verified.code, JSON.parse(verified.out)]).toMatchObject([0, { verdict: 'consistent' }]);
    expect(existsSync(join(folder.dataDir, 'keys', `checkpoint-${hash}.skey`))).toBe(false);
  });

  test('a receipt key is rotated too, and the old one keeps the entries of its time', async () => {
    const before = (await manifest()).keys.find(({ role }) => role === 'receipt');
    const { out } = await cli('keys', 'rotate', '--role', 'receipt');
    expect(out).toContain(receiptKeyName(ORIGIN));
    const keys = (await manifest()).keys.filter(({ role }) => role === 'receipt');
    expect(keys).toHaveLength(2);
    expect(keys.find(({ vkey }) => vkey === before?.vkey)?.to).toBeGreaterThan(0);
    await (await start()).close();
  });

  test('the root key may be kept elsewhere: then every change needs it, and a start does not', async () => {
    const away = join(folder.dataDir, 'usb.skey');
    renameSync(rootKeyPath(folder.dataDir), away);
    await (await start()).close();
    expect(existsSync(rootKeyPath(folder.dataDir))).toBe(false);
    const refused = await cli('keys', 'rotate');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--root')]);
    expect((await manifestSerial()).serial).toBe(1);
    expect((await cli('keys', 'rotate', '--root', away)).code).toBe(0);
    expect((await manifestSerial()).serial).toBe(2);
    const stranger = await openRootKey(join(folder.dataDir, 'other.skey'), 'other.example/log', true);
    expect(stranger.ok).toBe(true);
    const wrong = await cli('keys', 'rotate', '--root', join(folder.dataDir, 'other.skey'));
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('other.example/log/keys')]);
  });

  const manifestSerial = async (): Promise<{ serial: number }> =>
    JSON.parse((await cli('keys', 'list', '--json')).out) as { serial: number };

  test('the gateway does not start without the key that the manifest names, and says what to do', async () => {
    const path = join(folder.dataDir, 'keys', 'checkpoint.skey');
    await cli('keys', 'rotate');
    const [, later] = await keyFiles(folder.dataDir, 'checkpoint', ORIGIN).then((files) =>
      files.ok ? files.value : [],
    );
    renameSync(later?.path ?? '', `${path}.away`);
    await expect(start()).rejects.toThrow(/keys revoke/);
    for (const store of stores.splice(0)) await store.close();
    const lost = later?.signer.vkey ?? '';
    expect((await cli('keys', 'revoke', lost, '--after', '99', '--reason', 'disk died')).code).toBe(0);
    await (await start()).close();
    expect((await cli('verify')).code).toBe(0);
  });

  test('a rotation that is refused while a gateway runs leaves no stray secret behind', async () => {
    const store = await start();
    const before = readdirSync(join(folder.dataDir, 'keys'));
    expect(await cli('keys', 'rotate')).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs the gateway stopped'),
    });
    await store.close();
    expect(readdirSync(join(folder.dataDir, 'keys'))).toEqual(before);
  });

  test('a folder of before a rotation goes on once the newest key is put back into it', async () => {
    const [old, head] = [`${folder.dataDir}-old`, dataPaths(folder.dataDir).checkpoint];
    cpSync(folder.dataDir, old, { recursive: true });
    onTestFinished(() => rmSync(old, { recursive: true }));
    const { out } = await cli('keys', 'rotate', '--overlap-hours', '0');
    const store = await start();
    await store.signNow();
    await store.close();
    cpSync(head, dataPaths(old).checkpoint);
    const goOn = [
      'log',
      'continue',
      '--data',
      old,
      '--origin',
      'test.example/two',
      '--reason',
      'disk died',
      '--yes',
    ];
    expect(await cli(...goOn)).toMatchObject({
      code: 2,
      err: expect.stringContaining('put the file of the newest key beside the others in the folder of keys'),
    });
    const name = `checkpoint-${out.split('+')[1]}.skey`;
    cpSync(join(folder.dataDir, 'keys', 'checkpoint.skey'), join(old, 'keys', name));
    expect((await cli(...goOn)).code).toBe(0);
  });

  test('a key that is none of the log, or has nothing to lose, is not revoked', async () => {
    const stranger = await generateNoteKey(ORIGIN);
    expect(await cli('keys', 'revoke', stranger.vkey, '--after', '3', '--reason', 'x')).toMatchObject({
      code: 1,
    });
    const [key] = (await manifest()).keys;
    expect((await cli('keys', 'revoke', key?.vkey ?? '', '--after', 'now', '--reason', 'x')).code).toBe(2);
    expect((await cli('keys', 'revoke', key?.vkey ?? '', '--after', '3')).err).toContain('--reason');
  });

  test('no secret is printed, whatever is asked or goes wrong', async () => {
    const secrets = readdirSync(join(folder.dataDir, 'keys')).map((name) =>
      readFileSync(join(folder.dataDir, 'keys', name), 'utf8').trim(),
    );
    const said: string[] = [];
    for (const line of [
      ['list'],
      ['manifest'],
      ['rotate'],
      ['rotate', '--root', '/nowhere'],
      ['manifest', '--root-key'],
    ])
      said.push(...Object.values(await cli('keys', ...line)).map(String));
    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret.slice(-40));
    expect(said.join('\n')).not.toContain('PRIVATE+KEY');
  });
});
