import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeadFile, readHeadFile } from './head-file.ts';
import { lockHeadFile } from './head-lock.ts';
import { describeKeptHead, signedHead } from './kept-head-contract.ts';

describeKeptHead('a file', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-head-'));
  const path = join(dir, 'head');
  return {
    open: () => createHeadFile(path),
    overwrite: (text) => writeFile(path, text),
    remove: async () => rmSync(dir, { recursive: true, force: true }),
  };
});

describe('the kept head as a file', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'countersign-head-'));
    path = join(dir, 'head');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('leaves nothing else in the folder, and takes no rest of an interrupted write for a head', async () => {
    const [one, two] = await Promise.all([signedHead(1), signedHead(2)]);
    await createHeadFile(path).swap(null, one);
    writeFileSync(`${path}.new`, two.note.slice(0, 20));
    expect(await createHeadFile(path).read()).toEqual(one);
    await createHeadFile(path).swap(one, two);
    expect(readFileSync(path, 'utf8')).toBe(two.note);
    expect(readdirSync(dir)).toEqual(['head']);
  });

  it('is unavailable, not gone, where it cannot be reached', async () => {
    mkdirSync(path);
    await expect(createHeadFile(path).read()).rejects.toMatchObject({ code: 'unavailable' });
    expect(() => readHeadFile(path)).toThrow(/EISDIR/);
    const nowhere = createHeadFile(join(dir, 'not-mounted', 'head'));
    await expect(nowhere.read()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(nowhere.swap(null, await signedHead(1))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('has one writer at a time, and makes no folder of its own', () => {
    const unlock = lockHeadFile(path);
    expect(() => lockHeadFile(path)).toThrow(expect.objectContaining({ code: 'in_use' }));
    unlock();
    lockHeadFile(path)();
    expect(() => lockHeadFile(join(dir, 'not-mounted', 'head'))).toThrow(/mount the disk/);
  });
});
