import { expect, test } from 'vitest';
import { startAdmin } from '../../testing/admin-under-test.ts';

test('a call, a chain, an approval request and an agent that nobody knows are not found', async () => {
  const admin = await startAdmin();
  try {
    for (const path of [
      'calls/call_nobody',
      'chains/chain_nobody',
      'approvals/apr_nobody',
      'agents/nobody',
    ]) {
      const response = await admin.request(`/api/v1/${path}`, { token: admin.adminToken });
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
    }
    const unknown = await admin.request('/api/v1/nothing', { token: admin.adminToken });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { code: 'not_found' } });
  } finally {
    await admin.close();
  }
});
