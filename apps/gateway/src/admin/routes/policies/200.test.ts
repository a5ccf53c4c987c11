import { expect, test } from 'vitest';
import type { Policies } from '../../client.ts';
import { startAdmin } from '../../testing/admin-under-test.ts';

test('tells what is in force, and what was refused with file, line and column', async () => {
  const admin = await startAdmin();
  const read = async (): Promise<Policies> => {
    const response = await admin.request('/api/v1/policies', { token: admin.adminToken });
    expect(response.status).toBe(200);
    return (await response.json()) as Policies;
  };
  try {
    expect(await read()).toMatchObject({ active: null, refused: null, broken: [], degraded: false });

    const good = { file: 'all.cedar', text: '@id("everything")\npermit (principal, action, resource);\n' };
    await admin.publish([good]);
    const live = await read();
    expect(live).toMatchObject({
      active: { author: 'folder', sources: [good] },
      refused: null,
      degraded: false,
    });

    await admin.publish([{ file: 'all.cedar', text: '@id("broken")\npermit (principal, action, resource' }]);
    const refused = await read();
    expect(refused.active?.digest).toBe(live.active?.digest);
    expect(refused.degraded).toBe(true);
    expect(refused.refused?.diagnostics[0]).toMatchObject({ severity: 'error', file: 'all.cedar' });
    expect(refused.refused?.diagnostics[0]?.line).toBeGreaterThan(0);
  } finally {
    await admin.close();
  }
});
