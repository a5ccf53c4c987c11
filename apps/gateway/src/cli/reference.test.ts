// The reference pages say what there is: a command or a route that is added without a word there fails here.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startAdmin } from '../admin/testing/admin-under-test.ts';
import { COMMANDS } from './commands.ts';

const page = (name: string): Promise<string> =>
  readFile(new URL(`../../../../docs/reference/${name}`, import.meta.url), 'utf8');

test('docs/reference/cli.md has a heading for every command and names its own options', async () => {
  const text = await page('cli.md');
  for (const [name, load] of COMMANDS) {
    expect(text).toContain(`### \`countersign ${name}\`\n`);
    for (const option of Object.keys((await load()).options)) expect(text).toContain(`--${option}`);
  }
});

test('docs/reference/api.md has a heading for every route', async () => {
  const text = await page('api.md');
  const admin = await startAdmin();
  const response = await admin.request('/api/v1/openapi.json');
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
  await admin.close();
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `### \`${method.toUpperCase()} ${path}\`\n`),
  );
  expect(routes.length).toBeGreaterThan(18);
  for (const route of routes) expect(text).toContain(route);
});
