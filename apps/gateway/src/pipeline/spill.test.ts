import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EntryDraft, newId } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpill } from './spill.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-spill-'));
  file = join(folder, 'spill.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const outcome = (): EntryDraft<'call.completed'> => ({
  kind: 'call.completed',
  call: newId('call'),
  agent: newId('agt'),
  chain: newId('chain'),
  body: { outcome: 'ok', status: 200, durationUs: 1, firstByteUs: 1, bytes: 2, events: 0, decided: 3 },
  details: { result: 'x'.repeat(100_000) },
});

test('what is kept is there at the next start, in order, without the values it commits to', () => {
  const [first, second] = [outcome(), outcome()];
  const spill = openSpill(file);
  spill.keep(first);
  spill.keep(second);
  spill.close();
  const again = openSpill(file);
  expect(again.kept()).toEqual([
    { ...first, details: {} },
    { ...second, details: {} },
  ]);
  again.close();
});

test('what a gateway kept that did not know when an answer began is an outcome like any other', () => {
  const { firstByteUs: _, ...body } = outcome().body;
  writeFileSync(file, `${JSON.stringify({ ...outcome(), body, details: {} })}\n`);
  const spill = openSpill(file);
  expect(spill.kept().map((entry) => entry.body)).toEqual([{ ...body, firstByteUs: null }]);
  spill.close();
});

test('room for it is reserved before it is needed', () => {
  const spill = openSpill(file);
  const reserved = statSync(file);
  expect(reserved.blocks * 512).toBeGreaterThanOrEqual(1024 * 1024);
  spill.keep(outcome());
  expect(statSync(file).size).toBe(reserved.size);
  spill.close();
});

test('after the log has taken them over, nothing is left', () => {
  const spill = openSpill(file);
  spill.keep(outcome());
  spill.close();
  const again = openSpill(file);
  again.clear();
  again.close();
  const last = openSpill(file);
  expect(last.kept()).toEqual([]);
  last.close();
});

test('one more is kept behind those of an earlier run', () => {
  const spill = openSpill(file);
  spill.keep(outcome());
  spill.close();
  const again = openSpill(file);
  again.keep(outcome());
  again.close();
  const last = openSpill(file);
  expect(last.kept()).toHaveLength(2);
  last.close();
});

test('a wipe that a crash tore is finished, and stops nothing', () => {
  for (const bytes of [1, 40, 300, 5000]) {
    const spill = openSpill(file);
    spill.keep(outcome());
    spill.keep(outcome());
    spill.close();
    // What a killed process, or a power cut, leaves of writing blanks over all of it.
    const handle = openSync(file, 'r+');
    writeSync(handle, ' '.repeat(bytes), 0);
    closeSync(handle);
    const again = openSpill(file);
    expect(again.kept()).toEqual([]);
    expect(readFileSync(file, 'utf8').trim()).toBe('');
    const later = outcome();
    again.keep(later);
    again.close();
    const last = openSpill(file);
    expect(last.kept()).toEqual([{ ...later, details: {} }]);
    last.clear();
    last.close();
  }
});

test('an outcome that cannot be read takes no other with it, and nothing is written over those behind it', () => {
  const [first, third] = [outcome(), outcome()];
  const line = (entry: object) => `${JSON.stringify({ ...entry, details: {} })}\n`;
  writeFileSync(file, `${line(first)}{"kind":"call.comp   \n${line(third)}`, { mode: 0o600 });
  const spill = openSpill(file);
  expect(spill.kept().map(({ call }) => call)).toEqual([first.call, third.call]);
  spill.keep(outcome());
  spill.close();
  const again = openSpill(file);
  expect(again.kept()).toHaveLength(3);
  again.close();
});
