// What `countersign doctor` says of a log's own safety, on a log as a gateway leaves it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importNoteVerifier } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rootKeyPath } from '../../checkpoints/key-files.ts';
import { dataPaths } from '../../store/paths.ts';
import { createTestFolder, type TestFolder } from '../../store/sqlite/testing/folder.ts';
import type { Store } from '../../store/store.ts';
import { type RunningWitness, startWitness } from '../../witness/start.ts';
import { type Ran, runCommand } from '../testing/command-line.ts';
import { startLog } from '../testing/started-log.ts';

const ORIGIN = 'test.example/log';
let folder: TestFolder;
const stores: Store[] = [];
let witness: RunningWitness | null = null;

const cli = (...line: string[]): Promise<Ran> =>
  runCommand(line, { env: { COUNTERSIGN_DATA: folder.dataDir }, cwd: folder.dataDir });
/** Its entries are an hour old. */
const start = (): Promise<Store> =>
  startLog(folder, {
    origin: ORIGIN,
    now: () => Date.now() - 3_600_000,
    onOpen: (store) => void stores.push(store),
  });

beforeEach(async () => {
  folder = await createTestFolder();
  const store = await start();
  await store.signNow();
  await store.close();
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await witness?.close();
  witness = null;
  folder.remove();
});

interface Finding {
  readonly what: string;
  readonly state: string;
  readonly message: string;
}

/** What it finds by this configuration, by what it looks at; and its exit code. */
async function doctor(config = ''): Promise<{ code: number; of: (what: string) => Finding | undefined }> {
  writeFileSync(join(folder.dataDir, 'config.yaml'), config === '' ? '{}\n' : config);
  const { code, out } = await cli('doctor', '--config', 'config.yaml', '--json');
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return { code, of: (what) => findings.find((finding) => finding.what === what) };
}

const head = (): string => dataPaths(folder.dataDir).checkpoint;

describe('the kept head', () => {
  test('is found, also where the configuration keeps it elsewhere', async () => {
    expect((await doctor()).of('kept head')).toMatchObject({ state: 'fine' });
    renameSync(head(), join(folder.dataDir, 'elsewhere'));
    const lost = await doctor();
    expect([lost.code, lost.of('kept head')]).toMatchObject([
      1,
      { state: 'wrong', message: expect.stringContaining('log.head.file') },
    ]);
    const found = await doctor('log: { head: { file: elsewhere } }\n');
    expect(found.of('kept head')).toMatchObject({ state: 'fine' });
  });

  test('that is torn, or covers more than the log has, is wrong', async () => {
    const note = readFileSync(head(), 'utf8');
    const db = new Database(dataPaths(folder.dataDir).database);
    const size = db.prepare<[], number>('SELECT size FROM log_head').pluck().get() ?? 0;
    db.close();
    writeFileSync(head(), note.replace(`\n${size}\n`, `\n${size + 7}\n`));
    expect((await doctor()).of('kept head')?.message).toContain(
      `covers ${size + 7} entries, and the log has ${size}`,
    );
    writeFileSync(head(), note.slice(0, 20));
    expect((await doctor()).of('kept head')?.message).toContain('no whole checkpoint');
  });

  test('is looked for by `log fsck` where the configuration keeps it', async () => {
    const elsewhere = join(folder.dataDir, 'elsewhere');
    const note = readFileSync(head(), 'utf8');
    rmSync(head());
    writeFileSync(elsewhere, note.replace(/^\d+$/m, '999'));
    writeFileSync(join(folder.dataDir, 'config.yaml'), 'log: { head: { file: elsewhere } }\n');
    const blind = await cli('log', 'fsck');
    expect([blind.code, blind.out]).toEqual([
      0,
      expect.stringContaining('put back from an older copy: the head'),
    ]);
    for (const option of [
      ['--head', elsewhere],
      ['--config', 'config.yaml'],
    ]) {
      const ran = await cli('log', 'fsck', ...option);
      expect([ran.code, ran.out]).toEqual([1, expect.stringContaining('is of 999 entries')]);
    }
    writeFileSync(elsewhere, note);
    const sound = await cli('log', 'fsck', '--head', elsewhere, '--json');
    expect([sound.code, JSON.parse(sound.out)]).toMatchObject([0, { sound: true, notChecked: [] }]);
    const missing = await cli('log', 'fsck', '--head', 'nowhere');
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('log.head.file')]);
  });
});

describe('the keys of the log', () => {
  test('are well, with advice on the root key until it is taken away', async () => {
    const { of } = await doctor();
    expect(of('key manifest')).toMatchObject({
      state: 'fine',
      message: expect.stringMatching(/serial 1, 2 keys; take the root key/),
    });
    renameSync(rootKeyPath(folder.dataDir), join(folder.dataDir, 'usb'));
    expect((await doctor()).of('key manifest')?.message).toContain('kept elsewhere');
  });

  test.each(['checkpoint', 'receipt'])(
    'a %s key that is not there is named, with what to do',
    async (role) => {
      renameSync(join(folder.dataDir, 'keys', `${role}.skey`), join(folder.dataDir, 'away'));
      const { code, of } = await doctor();
      expect([code, of('key manifest')?.message]).toEqual([1, expect.stringContaining('keys revoke')]);
    },
  );

  test('an older manifest that was put back is found by the entries of the log', async () => {
    const before = readFileSync(join(folder.dataDir, 'keys', 'checkpoint.skey'));
    await cli('keys', 'rotate', '--overlap-hours', '0');
    expect((await doctor()).of('key manifest')).toMatchObject({ state: 'fine' });
    const db = new Database(dataPaths(folder.dataDir).database);
    db.exec('DELETE FROM key_manifests WHERE serial > 1');
    db.close();
    writeFileSync(join(folder.dataDir, 'keys', 'checkpoint.skey'), before);
    expect((await doctor()).of('key manifest')?.message).toMatch(/entry \d+ tells of a change of keys/);
  });

  test('a payload key that is not the one of the key store is wrong', async () => {
    expect((await doctor()).of('keys to values')).toMatchObject({ state: 'fine' });
    const path = join(folder.dataDir, 'keys', 'payload.key');
    writeFileSync(path, `${Buffer.alloc(32, 7).toString('base64url')}\n`);
    expect((await doctor()).of('keys to values')?.message).toContain('wrapped by another payload key');
  });
});

describe('those who hold checkpoints', () => {
  test('nobody is no fault, but is said', async () => {
    expect((await doctor()).of('held elsewhere')).toMatchObject({
      state: 'absent',
      message: expect.stringContaining('log.witnesses'),
    });
  });

  test('a witness, an anchor file and an authority are each looked at, and who cannot be reached is named', async () => {
    const log = await importNoteVerifier((await cli('log', 'key')).out);
    if (!log.ok) throw new Error(log.error.message);
    witness = await startWitness({
      dataDir: join(folder.dataDir, 'witness'),
      host: '127.0.0.1',
      port: 0,
      name: 'witness.example/one',
      logs: [log.value],
      now: Date.now,
      tell: () => undefined,
    });
    const url = `http://127.0.0.1:${witness.port}`;
    writeFileSync(join(folder.dataDir, 'ca.pem'), 'none\n');
    const config = [
      'log:',
      `  witnesses: [{ key: "${witness.vkey}", url: "${url}" }]`,
      '  anchors: [{ file: anchor.jsonl }, { file: missing/anchor.jsonl }]',
      `  timestamps: [{ url: "${url}/tsr", ca: ca.pem }]`,
      '',
    ].join('\n');
    const up = await doctor(config);
    expect(up.of('witness witness.example/one')).toMatchObject({ state: 'fine' });
    expect(up.of(`anchor ${join(folder.dataDir, 'anchor.jsonl')}`)).toMatchObject({ state: 'fine' });
    expect(up.of(`anchor ${join(folder.dataDir, 'missing', 'anchor.jsonl')}`)?.message).toContain(
      'mount its disk',
    );
    expect(up.of(`timestamps ${url}/tsr`)?.message).toContain('certificates');
    expect(up.of('held elsewhere')).toMatchObject({
      state: 'wrong',
      message: expect.stringContaining('nobody holds a checkpoint yet'),
    });
    await witness.close();
    witness = null;
    const down = await doctor(config);
    expect(down.of('witness witness.example/one')).toMatchObject({
      state: 'wrong',
      message: expect.stringContaining('cannot be reached'),
    });
  });

  test('the age of the newest checkpoint that somebody holds is told, and past the limit it is wrong', async () => {
    const store = await start();
    const { size } = await store.signNow();
    const row = {
      target: 'anchor',
      kind: 'file',
      name: 'anchor',
      size,
      proof: null,
      result: 'accepted',
      accepted_at: Date.now() - 600_000,
      tried_at: Date.now(),
      failing_since: null,
      failures: 0,
      error: null,
    } as const;
    await store.commit({ entries: [], changes: [{ insert: 'publications', row }] });
    await store.close();
    const anchors = 'anchors: [{ file: anchor.jsonl }]';
    expect((await doctor(`log: { ${anchors} }\n`)).of('held elsewhere')).toMatchObject({
      state: 'fine',
      message: expect.stringMatching(/\d+ entries, taken 10 min ago; nothing recorded since waits/),
    });
    const db = new Database(dataPaths(folder.dataDir).database);
    db.exec('UPDATE publications SET size = 1');
    db.close();
    const waits = await doctor(`log: { ${anchors} }\n`);
    expect(waits.of('held elsewhere')).toMatchObject({
      state: 'fine',
      message: expect.stringContaining('the oldest entry since waits 60 min'),
    });
    const overdue = await doctor(`log: { ${anchors}, maxUnwitnessed: 900 }\n`);
    expect([overdue.code, overdue.of('held elsewhere')?.state]).toEqual([1, 'wrong']);
  });
});

describe('what it says', () => {
  test('stands on one line, whatever the number of problems', async () => {
    mkdirSync(join(folder.dataDir, 'manifests'));
    writeFileSync(join(folder.dataDir, 'manifests', 'a.yaml'), 'kind: Agent\n');
    const { message } = (await doctor('manifests: ./manifests\n')).of('manifests') ?? {};
    expect(message).toMatch(/`apiVersion` is missing.*; .*`spec` is missing/);
    expect(message).not.toContain('\n');
  });

  test('also where the gateway’s announcement is torn', async () => {
    for (const text of ['{"admin":', 'null']) {
      writeFileSync(join(folder.dataDir, 'endpoint.json'), text);
      expect((await doctor()).of('gateway')).toMatchObject({
        state: 'wrong',
        message: expect.stringContaining('is not what a gateway writes: start the gateway again'),
      });
    }
  });
});
