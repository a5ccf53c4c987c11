import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkQuorum, parseTrust } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasState } from './state.ts';
import { createTestLog, type TestLog } from './testing/test-log.ts';
import { spawnWitness, type WitnessProcess, type WitnessSetup } from './testing/witness-process.ts';
import { originHash } from './wire.ts';

const NAME = 'witness.example/one';

let folder: string;
let log: TestLog;
let running: WitnessProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
  log = await createTestLog();
  running = [];
});
afterEach(async () => {
  for (const witness of running) await witness.stop('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: Partial<WitnessSetup> = {}): Promise<WitnessProcess> {
  const witness = await spawnWitness({ dataDir: folder, logs: [log.vkey], name: NAME, ...more });
  running.push(witness);
  return witness;
}

test('what it cosigns meets a quorum, stands at its monitoring address and outlives a restart', async () => {
  const first = await start();
  const answer = await first.submit(await log.submission(0, 5));
  expect(answer.status).toBe(200);
  const trust = await parseTrust(`log ${log.vkey}\nwitness w ${first.vkey}\nquorum w\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  const cosigned = (await log.note(5)) + answer.body;
  expect(await checkQuorum(cosigned, trust.value)).toMatchObject({ ok: true });

  const path = `/${originHash(log.origin)}/checkpoint`;
  expect(await first.get(path)).toEqual({ status: 200, body: cosigned });
  expect(await first.stop()).toBe(0);
  const second = await start();
  expect(second.vkey).toBe(first.vkey);
  expect(await second.get(path)).toEqual({ status: 200, body: cosigned });
  expect(await second.submit(await log.submission(0, 6))).toMatchObject({ status: 409, body: '5\n' });
});

test('killed after it wrote and before it answered, it stands by what it wrote', async () => {
  const doomed = await start({
    preload: new URL('testing/die-before-answering.ts', import.meta.url).href,
  });
  await expect(doomed.submit(await log.submission(0, 5))).rejects.toThrow('fetch failed');
  await doomed.stop();
  expect(doomed.child.signalCode).toBe('SIGKILL');

  const again = await start();
  expect(await again.submit(await log.fork(2).submission(0, 6))).toMatchObject({ status: 409, body: '5\n' });
  expect(await again.submit(await log.submission(5, 5))).toMatchObject({ status: 200 });
  expect(await again.submit(await log.submission(5, 8))).toMatchObject({ status: 200 });
});

test('of conflicting submissions at the same time it cosigns one', async () => {
  const witness = await start();
  await witness.submit(await log.submission(0, 5));
  const fork = log.fork(5);
  const bodies = await Promise.all(
    Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? log : fork).submission(5, 6 + (at % 3))),
  );
  const answers = await Promise.all(bodies.map((body) => witness.submit(body)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(23);
});

test('hostile requests get their answer and leave it standing', async () => {
  const witness = await start();
  expect((await witness.submit('x'.repeat(80_000))).status).toBe(413);
  expect((await witness.submit(new Uint8Array(60_000).fill(10))).status).toBe(400);
  expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
  expect((await fetch(`${witness.url}/add-checkpoint`, { method: 'DELETE' })).status).toBe(405);
  expect((await witness.get('/')).status).toBe(404);
  expect((await witness.get(`/${'0'.repeat(64)}/checkpoint`)).status).toBe(404);
  expect((await witness.get(`/${originHash(log.origin)}/checkpoint`)).status).toBe(404);
  const { port } = new URL(witness.url);
  const socket = createConnection(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nold 0');
  socket.destroy();
  expect((await witness.get('/health/live')).status).toBe(200);
  expect(await witness.submit(await log.submission(0, 5))).toMatchObject({ status: 200 });
});

test('its key is readable by its owner only, and signs under one name', async () => {
  const witness = await start();
  expect(statSync(join(folder, 'keys', 'witness.key')).mode & 0o777).toBe(0o600);
  await witness.stop();
  await expect(start({ name: 'witness.example/other' })).rejects.toThrow('is `witness.example/one`');
});

test('a key whose memory is gone never signs again', async () => {
  const witness = await start();
  await witness.submit(await log.submission(0, 5));
  await witness.stop();
  expect(hasState(folder)).toBe(true);
  for (const file of ['witness.db', 'witness.db-wal', 'witness.db-shm'])
    rmSync(join(folder, file), { force: true });
  await expect(start()).rejects.toThrow('no memory of what it cosigned');
});

test('without a log to watch, or a name for its key, it does not start', async () => {
  await expect(start({ logs: [] })).rejects.toThrow('there is no log to witness');
  const { name: _name, ...nameless } = { dataDir: folder, logs: [log.vkey], name: NAME };
  await expect(spawnWitness(nameless)).rejects.toThrow('give it a name');
});
