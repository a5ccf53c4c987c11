import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { dataPaths } from '../../../store/paths.ts';
import type { CallDetail } from '../../client.ts';
import { startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall } from '../../testing/recorded-calls.ts';

test('what was erased is named, and what was altered is neither shown nor taken for whole', async () => {
  const admin = await startAdmin();
  const { call, index } = await recordCall(admin.store);
  const other = new Database(dataPaths(admin.dataDir).database);
  other.prepare("DELETE FROM details WHERE idx = ? AND name = 'request'").run(index);
  other
    .prepare("UPDATE details SET value = ? WHERE idx = ? AND name = 'token'")
    .run(Buffer.from('{"forged":true}'), index);
  other.close();
  const response = await admin.request(`/api/v1/calls/${call}`, { token: admin.adminToken });
  const detail = (await response.json()) as CallDetail;
  await admin.close();

  expect(detail.request.params).toBeNull();
  expect(detail.token).toBeNull();
  expect(detail.entries).toMatchObject([{ index, erased: ['request'], intact: false }]);
});
