import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { dataPaths } from '../../../store/paths.ts';
import { alterDetails, saying, without } from '../../../store/payload/testing-payloads.ts';
import type { CallDetail } from '../../client.ts';
import { startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall } from '../../testing/recorded-calls.ts';

test('what was erased is named, and what was altered is neither shown nor taken for whole', async () => {
  const admin = await startAdmin();
  const { call, index } = await recordCall(admin.store);
  const other = new Database(dataPaths(admin.dataDir).database);
  alterDetails(other, without('request'), { index });
  alterDetails(other, saying('token', '{"forged":true}'), { index });
  other.close();
  const response = await admin.request(`/api/v1/calls/${call}`, { token: admin.adminToken });
  const detail = (await response.json()) as CallDetail;
  await admin.close();

  expect(detail.request.params).toBeNull();
  expect(detail.token).toBeNull();
  expect(detail.entries).toMatchObject([{ index, erased: ['request'], intact: false }]);
});
