import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts';

describe('the checkpoint kept outside the database', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'countersign-checkpoint-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is the last one written, and nothing else is left in the folder', async () => {
    const path = join(dir, 'checkpoint');
    await writeCheckpointFile(path, 'a longer note than the one after it\n');
    await writeCheckpointFile(path, 'note\n');
    expect(readCheckpointFile(path)).toBe('note\n');
    expect(readdirSync(dir)).toEqual(['checkpoint']);
  });

  it('is not mistaken for the rest of an interrupted write', async () => {
    const path = join(dir, 'checkpoint');
    await writeCheckpointFile(path, 'note\n');
    writeFileSync(`${path}.new`, 'half of the ne');
    expect(readCheckpointFile(path)).toBe('note\n');
    await writeCheckpointFile(path, 'next\n');
    expect(readCheckpointFile(path)).toBe('next\n');
  });

  it('is null where there is none, and an error where it cannot be read', () => {
    expect(readCheckpointFile(join(dir, 'none'))).toBeNull();
    mkdirSync(join(dir, 'folder'));
    expect(() => readCheckpointFile(join(dir, 'folder'))).toThrow(/EISDIR/);
  });
});
