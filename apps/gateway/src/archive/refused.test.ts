// What may not be archived stays where it is, and the refusal names what stands in the way.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalRow, decided, newCall } from '../store/testing-drafts.ts';
import { archive, one } from './testing-commands.ts';
import {
  type ArchiveLog,
  commit,
  createArchiveLog,
  publish,
  publishedLog,
  recordCalls,
  writeConfig,
} from './testing-log.ts';

describe('archiving is refused', () => {
  let log: ArchiveLog;
  beforeAll(async () => {
    log = await publishedLog();
  });
  afterAll(() => log.remove());
  const refused = async (...args: string[]) => {
    const { code, err } = await archive(log, ...args);
    expect(one(log, 'SELECT min(idx) FROM entries')).toBe(0);
    expect(existsSync(log.target)).toBe(false);
    return [code, err];
  };

  it('where nobody else holds a checkpoint', async () => {
    const unpublished = await createArchiveLog();
    await unpublished.write((store) => recordCalls(store, 100));
    const { code, err } = await archive(unpublished, '--before', '256');
    expect([code, err]).toEqual([1, expect.stringContaining('nobody else holds a checkpoint')]);
    unpublished.remove();
  });

  it.each([
    ['beyond what they hold', ['--before', '1024'], 1, /covers 10\d\d entries: give `--before 10\d\d`/],
    ['beyond the end', ['--before', '5000'], 1, /the log has 1\d\d\d entries/],
    ['for less than a tile', ['--before', '255'], 1, /no tile ends at or before entry 255/],
    ['without saying how far', [], 1, /give `--before`, or configure `log.headerRetention`/],
    ['for what is no time', ['--before', 'yesterday'], 2, /give an index, or an RFC 3339 time/],
  ])('%s', async (_what, args, code, message) => {
    expect(await refused(...args)).toEqual([code, expect.stringMatching(message)]);
  });

  it('into the data folder, or over something else', async () => {
    const within = await log.cli(
      'log',
      'archive',
      '--to',
      join(log.dataDir, 'cold'),
      '--before',
      '256',
      '--yes',
    );
    expect([within.code, within.err]).toEqual([2, expect.stringContaining('a cold copy belongs elsewhere')]);
    const full = join(log.dataDir, '..', 'full');
    cpSync(join(log.dataDir, 'keys'), full, { recursive: true });
    const over = await log.cli('log', 'archive', '--to', full, '--before', '256', '--yes');
    expect([over.code, over.err]).toEqual([1, expect.stringContaining('is not empty')]);
  });

  it('of entries that are too young', async () => {
    const config = writeConfig(log, 'log:\n  origin: test.example/log\n  headerRetention: 1d\n');
    expect(await refused('--before', '512', '--config', config)).toEqual([
      1,
      expect.stringContaining('younger than `log.headerRetention`'),
    ]);
    expect(await refused('--config', config)).toEqual([1, expect.stringContaining('nothing to archive')]);
  });

  it('while a call there is held, an approval pending, a sink behind, or a legal hold in force', async () => {
    const held = newCall();
    let at = 0;
    const approval = newId('apr');
    const changes = async (...all: Parameters<typeof commit>[1]['changes'] & object) =>
      log.write((store) => commit(store, { entries: [], changes: all }));
    await log.write(async (store) => {
      at = await commit(store, { entries: [decided(held, { decision: 'hold', reason: 'guarded' })] });
      await recordCalls(store, 100);
      await publish(store);
    });
    const args = ['--before', String(at + 256)];
    expect(await refused(...args)).toEqual([1, expect.stringMatching(`call ${held.call}.*is held`)]);

    await changes({ insert: 'approvals', row: { ...approvalRow(held, approval), requested_at: 1000 } });
    expect(await refused('--before', '256')).toEqual([1, expect.stringContaining(`request ${approval}`)]);
    await changes({ update: 'approvals', set: { state: 'expired' }, where: { id: approval } });

    await changes({ insert: 'sinks', row: { name: 'siem', next_index: 300, updated_at: 1 } });
    expect(await refused('--before', '512')).toEqual([1, expect.stringContaining('sink `siem`')]);
    await changes({ remove: 'sinks', where: { name: 'siem' } });

    const row = {
      query: 'agent:invoice',
      reason: 'lawsuit',
      set_by: 'fiona',
      set_at: 1,
      lifted_by: null,
      lifted_at: null,
    };
    const hold = newId('hold');
    await changes({ insert: 'legal_holds', row: { id: hold, ...row } });
    expect(await refused('--before', '256')).toEqual([1, expect.stringMatching(`${hold}.*lawsuit`)]);
    await changes({ update: 'legal_holds', set: { lifted_at: 2 }, where: { id: hold } });
    expect((await archive(log, '--before', '256')).code).toBe(0);
  });
});
