import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../config.ts';
import type { Store } from '../store/store.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import { configChange } from './config-changed.ts';

describe('a changed configuration', () => {
  let folder: TestFolder;
  let store: Store;
  beforeEach(async () => {
    folder = await createTestFolder();
    store = await folder.open();
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });
  const config = async (port: number): Promise<Config> => {
    const loaded = await loadConfig(null, { data: folder.dataDir, port });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    return loaded.value;
  };
  /** Starts with this configuration; what that tells the log. */
  async function started(with_: Config) {
    const change = await configChange(store, with_, 1000);
    expect((await store.commit(change)).ok).toBe(true);
    return change.entries[0] ?? null;
  }

  it('is told at the first start and whenever it differs from the last, with both', async () => {
    const first = await started(await config(4100));
    expect(first).toMatchObject({ kind: 'config.changed', body: { previous: null } });
    expect(await started(await config(4100))).toBeNull();
    const second = await started(await config(4200));
    expect(second).toMatchObject({
      body: { previous: first?.kind === 'config.changed' ? first.body.config : 'none' },
      details: { before: expect.stringContaining('4100'), after: expect.stringContaining('4200') },
    });
    expect(await started(await config(4200))).toBeNull();
    expect(await started(await config(4100))).not.toBeNull();
  });

  it('is not told when only the order of its keys differs', async () => {
    const one = await config(4100);
    await started(one);
    const other = Object.fromEntries(Object.entries(one).toReversed()) as unknown as Config;
    expect(await started(other)).toBeNull();
  });
});
